using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace RawWs.Tests.Support;

/// <summary>A bare end of a TCP connection, in either role: sends exactly the bytes it is given and reports exactly the bytes it gets.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    /// <summary>The example key of RFC 6455 section 1.3, whose answer the RFC gives.</summary>
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    public const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    /// <summary>A safety net for a server that hangs; each call gets all of it anew.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly CancellationTokenSource _deadline = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<uint> _maskKeys = [];
    private int _start;
    private int _end;
    private bool _hasReset;

    private RawPeer(Socket socket, string host, bool isServer) => (_socket, Host, IsServer) = (socket, host, isServer);

    /// <summary>The value of <c>Host</c> that the server serves.</summary>
    public string Host { get; }

    /// <summary>Whether this is the server's end: it does not mask, and the frames that it gets are masked (RFC 6455 section 5.1).</summary>
    public bool IsServer { get; }

    /// <summary>The mask keys of the frames that a server's end got, in order.</summary>
    public IReadOnlyList<uint> MaskKeys => _maskKeys;

    /// <summary>Whether nothing more comes, as far as is known by now.</summary>
    public bool HasEnded => _start == _end && _socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && _socket.Available == 0;

    /// <summary>Whether the other end has reset the connection; after an end of the stream no read tells it.</summary>
    public bool WasReset => (int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! != 0;

    private CancellationToken Deadline
    {
        get
        {
            _deadline.CancelAfter(Timeout);
            return _deadline.Token;
        }
    }

    /// <summary>Connects, and sends nothing.</summary>
    public static async Task<RawPeer> ConnectAsync(Uri server)
    {
        RawPeer peer = new(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, server.Authority, isServer: false);
        await peer._socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(server.Host), server.Port), peer.Deadline);
        return peer;
    }

    /// <summary>Takes the next connection of a listener; nothing has been read of it.</summary>
    public static async Task<RawPeer> AcceptAsync(Socket listener, CancellationToken ct)
    {
        Socket socket = await listener.AcceptAsync(ct);
        socket.NoDelay = true;
        return new RawPeer(socket, socket.LocalEndPoint!.ToString()!, isServer: true);
    }

    /// <summary>Connects and does the opening handshake (RFC 6455 section 4.1).</summary>
    public static async Task<RawPeer> OpenAsync(Uri server, string path = "/echo")
    {
        RawPeer peer = await ConnectAsync(server);
        await peer.SendAsync(
            $"GET {path} HTTP/1.1\r\nHost: {peer.Host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            $"Sec-WebSocket-Key: {Key}\r\nSec-WebSocket-Version: 13\r\n\r\n");
        RawResponse response = await peer.ReadResponseAsync();
        Assert.Equal(101, response.Status);
        Assert.Equal(Accept, response["Sec-WebSocket-Accept"]);
        return peer;
    }

    /// <summary>Sends ASCII text; a char from 80 to FF is sent as that byte.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends bytes, each chop of them by a call of its own.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, int chop = int.MaxValue)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlyMemory<byte> next = bytes[..Math.Min(chop, bytes.Length)];
            bytes = bytes[await _socket.SendAsync(next, Deadline)..];
        }
    }

    /// <summary>Sends the same again and again, until the other end has closed the connection.</summary>
    public async Task SendUntilEndAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (true)
                await SendAsync(bytes);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
        }
    }

    public Task SendAsync(RawFrame frame) => SendAsync(frame.ToBytes(isMasked: !IsServer));

    /// <summary>The next frame: masked if and only if it is a client's, its length in the shortest form (RFC 6455 sections 5.1 and 5.2).</summary>
    public async Task<RawFrame> ReadFrameAsync()
    {
        byte[] start = await ReadAsync(2);
        Assert.True((start[1] & 0x80) != 0 == IsServer, IsServer ? "The client did not mask a frame" : "The server masked a frame");
        long length = start[1] & 0x7f;
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2));
            Assert.True(length > 125, "The length is not in its shortest form");
        }
        else if (length == 127)
        {
            length = BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8));
            Assert.True(length > ushort.MaxValue, "The length is not in its shortest form");
        }

        byte[] key = IsServer ? await ReadAsync(4) : [];
        byte[] payload = await ReadAsync(checked((int)length));
        if (IsServer)
        {
            _maskKeys.Add(BinaryPrimitives.ReadUInt32BigEndian(key));
            RawFrame.ApplyMask(payload, key);
        }

        return new RawFrame(start[0] & 0x0f, payload, (start[0] & 0x80) != 0, start[0] >> 4 & 7);
    }

    /// <summary>The head of the next request.</summary>
    public async Task<RawRequest> ReadRequestAsync()
    {
        (string requestLine, List<KeyValuePair<string, string>> headers) = await ReadHeadAsync();
        return new RawRequest(requestLine, headers);
    }

    /// <summary>The next response, with the body that its <c>Content-Length</c> announces.</summary>
    public async Task<RawResponse> ReadResponseAsync(bool hasBody = true)
    {
        (string statusLine, List<KeyValuePair<string, string>> headers) = await ReadHeadAsync();
        RawResponse head = new(statusLine, headers, []);
        return hasBody && head["Content-Length"] is { } length
            ? head with { Body = await ReadAsync(int.Parse(length, CultureInfo.InvariantCulture)) }
            : head;
    }

    /// <summary>All that comes before the end of the stream; a reset is an exception.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using MemoryStream all = new();
        do
        {
            all.Write(_buffer, _start, _end - _start);
            _start = _end;
        }
        while (await FillAsync());
        return all.ToArray();
    }

    /// <summary>Waits for the end of the connection in whatever way, by an end of stream or by a reset, the other end's or our own.</summary>
    public async Task WaitForEndAsync()
    {
        if (_hasReset) return;
        try
        {
            await ReadToEndAsync();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }

    /// <summary>Ends our direction of the stream (FIN), and keeps the other.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends the connection at once (RST).</summary>
    public void Reset()
    {
        _hasReset = true;
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _deadline.Dispose();
        return default;
    }

    private async Task<(string StartLine, List<KeyValuePair<string, string>> Headers)> ReadHeadAsync()
    {
        string startLine = await ReadLineAsync();
        List<KeyValuePair<string, string>> headers = [];
        for (string line = await ReadLineAsync(); line.Length > 0; line = await ReadLineAsync())
        {
            string[] parts = line.Split(": ", 2);
            Assert.True(parts.Length == 2, $"No header: {line}");
            headers.Add(new(parts[0], parts[1]));
        }

        return (startLine, headers);
    }

    private async Task<string> ReadLineAsync()
    {
        StringBuilder line = new();
        while (line.Length < 2 || line[^2] != '\r' || line[^1] != '\n')
            line.Append((char)(await ReadAsync(1))[0]);
        return line.ToString(0, line.Length - 2);
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        byte[] result = new byte[count];
        for (int done = 0; done < count;)
        {
            if (_start == _end && !await FillAsync())
                throw new EndOfStreamException($"The stream ended, {count - done} of {count} bytes too early");
            int taken = Math.Min(count - done, _end - _start);
            _buffer.AsSpan(_start, taken).CopyTo(result.AsSpan(done));
            (_start, done) = (_start + taken, done + taken);
        }

        return result;
    }

    private async Task<bool> FillAsync()
    {
        _start = 0;
        _end = await _socket.ReceiveAsync(_buffer, Deadline);
        return _end > 0;
    }
}
