using System.Net;
using RawWs.Transport;

namespace RawWs.Server;

/// <summary>Who is connected, handshakes included: counts in total and by address, and the wait for the last to go.</summary>
/// <remarks>Open connections are linked through themselves: that costs each two references and the server no table that grows.</remarks>
internal sealed class ConnectionRegistry(int maxConnections, int maxPerAddress)
{
    /// <summary>Handshakes up to which a connection beyond a limit is kept long enough to be told so; further ones are reset.</summary>
    private const int MaxRefusals = 256;

    private readonly object _gate = new();
    private WebSocketConnection? _first;
    private int _open;
    private readonly HashSet<ITransportConnection> _handshakes = [];
    private readonly Dictionary<IPAddress, int> _byAddress = [];

    /// <summary>Where each came from, if that is limited: a transport that is over does not know it any more.</summary>
    private readonly Dictionary<ITransportConnection, IPAddress> _addresses = [];
    private TaskCompletionSource? _empty;

    public int Count
    {
        get
        {
            lock (_gate)
                return _open + _handshakes.Count;
        }
    }

    /// <summary>Counts a new transport; false when there are so many that it must be reset.</summary>
    public bool TryAdd(ITransportConnection transport, out bool isOverLimit)
    {
        lock (_gate)
        {
            int count = _open + _handshakes.Count;
            isOverLimit = (maxConnections > 0 && count >= maxConnections) || IsAddressFull(transport);
            if (isOverLimit && _handshakes.Count >= MaxRefusals)
                return false;
            _handshakes.Add(transport);
            CountAddress(transport);
            return true;
        }
    }

    public void Promote(ITransportConnection transport, WebSocketConnection connection)
    {
        lock (_gate)
        {
            _handshakes.Remove(transport);
            connection.Next = _first;
            if (_first is not null)
                _first.Previous = connection;
            _first = connection;
            _open++;
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
            if (connection.Next is not null)
                connection.Next.Previous = connection.Previous;
            if (connection.Previous is not null)
                connection.Previous.Next = connection.Next;
            else
                _first = connection.Next;
            _open--;
            Left(connection.Core.Transport);
        }
    }

    public List<WebSocketConnection> Open()
    {
        lock (_gate)
        {
            List<WebSocketConnection> open = new(_open);
            for (WebSocketConnection? next = _first; next is not null; next = next.Next)
                open.Add(next);
            return open;
        }
    }

    public ITransportConnection[] Handshakes()
    {
        lock (_gate)
            return [.. _handshakes];
    }

    public Task EmptyAsync()
    {
        lock (_gate)
            return _open + _handshakes.Count == 0
                ? Task.CompletedTask
                : (_empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    private void Left(ITransportConnection transport)
    {
        UncountAddress(transport);
        if (_open + _handshakes.Count == 0)
            _empty?.TrySetResult();
    }

    private bool IsAddressFull(ITransportConnection transport) =>
        maxPerAddress > 0 && transport.RemoteEndPoint is IPEndPoint remote
        && _byAddress.GetValueOrDefault(remote.Address) >= maxPerAddress;

    private void CountAddress(ITransportConnection transport)
    {
        if (maxPerAddress == 0 || transport.RemoteEndPoint is not IPEndPoint remote)
            return;
        _addresses.Add(transport, remote.Address);
        _byAddress[remote.Address] = _byAddress.GetValueOrDefault(remote.Address) + 1;
    }

    private void UncountAddress(ITransportConnection transport)
    {
        if (_addresses.Remove(transport, out IPAddress? address) && --_byAddress[address] == 0)
            _byAddress.Remove(address);
    }
}
