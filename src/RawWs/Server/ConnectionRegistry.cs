using System.Net;
using RawWs.Transport;

namespace RawWs.Server;

/// <summary>Who is connected, handshakes included: counts in total and by address, and the wait for the last to go.</summary>
internal sealed class ConnectionRegistry(int maxConnections, int maxPerAddress)
{
    /// <summary>Connections beyond the limit that are kept long enough to be told so; further ones are reset.</summary>
    private const int MaxRefusals = 256;

    private readonly object _gate = new();
    private readonly HashSet<WebSocketConnection> _open = [];
    private readonly HashSet<ITransportConnection> _handshakes = [];
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private TaskCompletionSource? _empty;

    public int Count
    {
        get
        {
            lock (_gate)
                return _open.Count + _handshakes.Count;
        }
    }

    /// <summary>Counts a new transport; false when there are so many that it must be reset.</summary>
    public bool TryAdd(ITransportConnection transport, out bool isOverLimit)
    {
        lock (_gate)
        {
            int count = _open.Count + _handshakes.Count;
            isOverLimit = (maxConnections > 0 && count >= maxConnections) || IsAddressFull(transport);
            if (isOverLimit && maxConnections > 0 && count >= maxConnections + MaxRefusals)
                return false;
            _handshakes.Add(transport);
            CountAddress(transport, 1);
            return true;
        }
    }

    public void Promote(ITransportConnection transport, WebSocketConnection connection)
    {
        lock (_gate)
        {
            _handshakes.Remove(transport);
            _open.Add(connection);
        }
    }

    public void Remove(ITransportConnection transport)
    {
        lock (_gate)
        {
            if (_handshakes.Remove(transport))
                Left(transport);
        }
    }

    public void Remove(WebSocketConnection connection)
    {
        lock (_gate)
        {
            if (_open.Remove(connection))
                Left(connection.Core.Transport);
        }
    }

    public WebSocketConnection[] Open()
    {
        lock (_gate)
            return [.. _open];
    }

    public ITransportConnection[] Handshakes()
    {
        lock (_gate)
            return [.. _handshakes];
    }

    public Task EmptyAsync()
    {
        lock (_gate)
            return _open.Count + _handshakes.Count == 0
                ? Task.CompletedTask
                : (_empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    private void Left(ITransportConnection transport)
    {
        CountAddress(transport, -1);
        if (_open.Count + _handshakes.Count == 0)
            _empty?.TrySetResult();
    }

    private bool IsAddressFull(ITransportConnection transport) =>
        maxPerAddress > 0 && transport.RemoteEndPoint is IPEndPoint remote
        && _byAddress.GetValueOrDefault(remote.Address) >= maxPerAddress;

    private void CountAddress(ITransportConnection transport, int change)
    {
        if (maxPerAddress == 0 || transport.RemoteEndPoint is not IPEndPoint remote)
            return;
        int count = _byAddress.GetValueOrDefault(remote.Address) + change;
        if (count == 0)
            _byAddress.Remove(remote.Address);
        else
            _byAddress[remote.Address] = count;
    }
}
