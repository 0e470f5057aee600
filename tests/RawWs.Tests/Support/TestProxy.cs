using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RawWs.Tests.Support;

/// <summary>A real proxy on one port of the loopback address, written without the library's own code: CONNECT (RFC 9110 section 9.3.6) and SOCKS5 (RFC 1928, RFC 1929), told apart by the first byte. Every name leads to the loopback address.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    private const byte ConnectionRefused = 5;       // RFC 1928 section 6

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _asked = [];
    private readonly ConcurrentQueue<Task> _clients = [];
    private readonly Task _accepting;

    public TestProxy()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The name and the password that every client must show, with a colon between them; <see langword="null"/> asks for none.</summary>
    public string? Credentials { get; init; }

    /// <summary>The whole answer to each CONNECT instead of a way, as its bytes.</summary>
    public string? HttpRefusal { get; init; }

    /// <summary>The reply to each request by SOCKS5 instead of a way (RFC 1928 section 6).</summary>
    public byte? Socks5Refusal { get; init; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri HttpAddress => new($"http://127.0.0.1:{Port}");

    public Uri Socks5Address => new($"socks5://127.0.0.1:{Port}");

    /// <summary>What clients asked for, in order: <c>CONNECT host:port</c> or <c>SOCKS5 host:port</c>, with <c> as name:password</c> where they showed it.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <summary>The same address with a name and a password.</summary>
    public static Uri As(Uri proxy, string credentials) => new($"{proxy.Scheme}://{credentials}@{proxy.Authority}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _clients.Enqueue(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                byte first = await ReadByteAsync(stream);
                using TcpClient? server = await (first == 5 ? ServeSocks5Async(stream) : ServeConnectAsync(stream, first));
                if (server is not null)
                    await RelayAsync(client, server);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // one of the two has gone, or the test is over
            }
        }
    }

    private async Task<TcpClient?> ServeConnectAsync(NetworkStream client, byte first)
    {
        StringBuilder head = new();
        for (head.Append((char)first); !head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal);)
            head.Append((char)await ReadByteAsync(client));
        string[] lines = head.ToString().Split("\r\n");
        string authority = lines[0].Split(' ')[1];
        const string field = "Proxy-Authorization: Basic ";
        string? shown = lines.FirstOrDefault(static line => line.StartsWith(field, StringComparison.Ordinal)) is { } line
            ? Encoding.UTF8.GetString(Convert.FromBase64String(line[field.Length..]))
            : null;
        Note($"CONNECT {authority}", shown);

        if (HttpRefusal is not null || lines[0] != $"CONNECT {authority} HTTP/1.1" || !lines.Contains($"Host: {authority}"))
            return await RefuseAsync(HttpRefusal ?? "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        if (Credentials is not null && shown != Credentials)
            return await RefuseAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 5\r\n\r\nwho?\n");
        if (await ConnectAsync(int.Parse(authority[(authority.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture)) is not { } server)
            return await RefuseAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        await client.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _stop.Token);
        return server;

        async Task<TcpClient?> RefuseAsync(string answer)
        {
            await client.WriteAsync(Encoding.Latin1.GetBytes(answer), _stop.Token);
            return null;
        }
    }

    private async Task<TcpClient?> ServeSocks5Async(NetworkStream client)
    {
        byte[] methods = await ReadAsync(client, await ReadByteAsync(client));
        byte method = Credentials is null ? (byte)0 : (byte)2;
        await client.WriteAsync(new byte[] { 5, methods.Contains(method) ? method : (byte)0xff }, _stop.Token);
        string? shown = null;
        if (method == 2)
        {
            await ReadAsync(client, 1);
            string user = await ReadTextAsync(client);
            shown = $"{user}:{await ReadTextAsync(client)}";
            await client.WriteAsync(new byte[] { 1, shown == Credentials ? (byte)0 : (byte)1 }, _stop.Token);
        }

        byte[] request = await ReadAsync(client, 4);
        string host = request[3] switch
        {
            1 => new IPAddress(await ReadAsync(client, 4)).ToString(),
            4 => $"[{new IPAddress(await ReadAsync(client, 16))}]",
            _ => await ReadTextAsync(client),
        };
        byte[] port = await ReadAsync(client, 2);
        Note($"SOCKS5 {host}:{port[0] << 8 | port[1]}", shown);
        TcpClient? server = Socks5Refusal is null && shown == Credentials ? await ConnectAsync(port[0] << 8 | port[1]) : null;
        byte reply = server is null ? Socks5Refusal ?? ConnectionRefused : (byte)0;
        await client.WriteAsync(new byte[] { 5, reply, 0, 1, 0, 0, 0, 0, 0, 0 }, _stop.Token);
        return server;
    }

    private void Note(string asked, string? shown) => _asked.Enqueue(shown is null ? asked : $"{asked} as {shown}");

    /// <summary>Null when nobody listens there.</summary>
    private async Task<TcpClient?> ConnectAsync(int port)
    {
        TcpClient server = new() { NoDelay = true };
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, port, _stop.Token);
            return server;
        }
        catch (SocketException)
        {
            server.Dispose();
            return null;
        }
    }

    /// <summary>Until both sides have ended, or one has broken.</summary>
    private async Task RelayAsync(TcpClient client, TcpClient server)
    {
        client.NoDelay = true;
        await Task.WhenAll(CopyAsync(client.GetStream(), server.GetStream()), CopyAsync(server.GetStream(), client.GetStream()));
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            await from.CopyToAsync(to, _stop.Token);
            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            from.Close();
            to.Close();
        }
    }

    private async Task<byte> ReadByteAsync(NetworkStream stream) => (await ReadAsync(stream, 1))[0];

    private async Task<string> ReadTextAsync(NetworkStream stream) => Encoding.UTF8.GetString(await ReadAsync(stream, await ReadByteAsync(stream)));

    private async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, _stop.Token);
        return bytes;
    }
}
