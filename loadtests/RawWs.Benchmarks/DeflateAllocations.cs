using System.Globalization;
using System.Text;

namespace RawWs.Benchmarks;

/// <summary>Counts what the process allocates while a client echoes compressed messages with a server over a real socket: both ends together.</summary>
internal static class DeflateAllocations
{
    private const int WarmUp = 50_000;
    private const int PayloadSize = 1024;
    private static readonly ReadOnlyMemory<byte>[] Payloads = MakePayloads(64);

    public static async Task RunAsync(int messages)
    {
        (string Name, CompressionOptions Options)[] answers =
        [
            ("no takeover", new()),
            ("takeover", new() { ServerTakeover = true, ClientTakeover = true }),
        ];
        await using WebSocketServer server = new(new WebSocketServerOptions { Listen = { "ws://127.0.0.1:0" } });
        for (int i = 0; i < answers.Length; i++)
        {
            CompressionOptions compression = answers[i].Options;
            server.Map<Echo>($"/{i}", options => options with { Compression = compression });
        }
        await server.StartAsync();

        Console.WriteLine($"{messages:N0} messages of {PayloadSize} bytes of text, compressed, echoed; bytes allocated by client and server together");
        for (int i = 0; i < answers.Length; i++)
        {
            WebSocketClientOptions client = new() { Proxy = WebSocketProxy.None, Compression = answers[i].Options };
            foreach (int inFlight in (int[])[1, 16])
            {
                await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(new Uri(server.Endpoints[0], $"/{i}"), client);
                long bytes = await MeasureAsync(connection, messages, inFlight);
                Console.WriteLine($"{answers[i].Name,-11}, {inFlight,2} in flight: {bytes,10:N0} bytes, {(double)bytes / messages:F4} for each message; {Proof(connection, WarmUp + messages)}");
            }
        }
        await server.StopAsync(TimeSpan.Zero);
    }

    /// <summary>What went over the wire; says so when not all of the messages were compressed.</summary>
    private static string Proof(WebSocketConnection connection, int messages)
    {
        long bytes = (long)messages * PayloadSize;
        return connection.Compression is not { } figures || figures.SentBytes != bytes || figures.ReceivedBytes != bytes
            ? $"NOT COMPRESSED ({connection.Extensions ?? "no extension"})"
            : string.Create(CultureInfo.InvariantCulture,
                $"on the wire {(double)figures.SentCompressedBytes / messages:F0} there, {(double)figures.ReceivedCompressedBytes / messages:F0} back ({connection.Extensions})");
    }

    private static async Task<long> MeasureAsync(WebSocketConnection connection, int messages, int inFlight)
    {
        await EchoAsync(connection, WarmUp, inFlight);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await EchoAsync(connection, messages, inFlight);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static async Task EchoAsync(WebSocketConnection connection, int messages, int inFlight)
    {
        int sent = 0;
        while (sent < Math.Min(inFlight, messages))
            await SendAsync();
        for (int received = 0; received < messages; received++)
        {
            WebSocketMessage message = await connection.ReceiveAsync()
                ?? throw new EndOfStreamException("The server closed the connection.");
            if (message.Payload.Length != PayloadSize)
                throw new InvalidDataException("The echo has another length.");
            if (sent < messages)
                await SendAsync();
        }

        ValueTask SendAsync() => connection.SendAsync(Payloads[sent++ % Payloads.Length]);
    }

    /// <summary>Text like that of <c>wsload</c>: records alike whose values differ.</summary>
    private static ReadOnlyMemory<byte>[] MakePayloads(int count)
    {
        Random random = new(1);
        ReadOnlyMemory<byte>[] payloads = new ReadOnlyMemory<byte>[count];
        StringBuilder text = new();
        for (int i = 0; i < count; i++)
        {
            text.Clear();
            while (text.Length < PayloadSize)
                text.Append(CultureInfo.InvariantCulture, $"{{\"id\":{random.Next(1 << 20)},\"user\":\"user{random.Next(1024)}\",\"price\":{random.Next(1024)}.{random.Next(100):00},\"ok\":true}},");
            payloads[i] = Encoding.ASCII.GetBytes(text.ToString(0, PayloadSize));
        }
        return payloads;
    }

    private sealed class Echo : WebSocketEndpoint
    {
        public override ValueTask OnMessageAsync(WebSocketConnection connection, WebSocketMessage message) => connection.SendAsync(message);
    }
}
