using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using RawWs.Protocol.Handshake;

namespace RawWs.Benchmarks;

/// <summary>Reading and judging the answer to an upgrade request: the least that is legal, and what a server behind a proxy sends.</summary>
[MemoryDiagnoser]
public class ClientHandshakeBenchmarks
{
    private const string Minimal =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private const string Proxied =
        "HTTP/1.1 101 Switching Protocols\r\nDate: Mon, 05 Jan 2026 10:00:00 GMT\r\nServer: nginx/1.28.0\r\nConnection: upgrade\r\n"
        + "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n"
        + "X-Request-Id: 0123456789abcdef0123456789abcdef\r\nVia: 1.1 edge-7\r\n"
        + "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"
        + "Set-Cookie: session=0123456789abcdef0123456789abcdef; Path=/; Secure; HttpOnly; SameSite=Lax\r\n\r\n";

    private static readonly HeadLimits Limits = new(8192, 16384, 64);
    private static readonly string[] Offered = ["chat", "superchat"];

    private readonly byte[] _key = "dGhlIHNhbXBsZSBub25jZQ=="u8.ToArray();
    private byte[] _response = [];

    [Params("minimal", "proxied")]
    public string Response { get; set; } = "";

    [GlobalSetup]
    public void Prepare() => _response = Encoding.ASCII.GetBytes(Response == "minimal" ? Minimal : Proxied);

    [Benchmark]
    public object? Read()
    {
        ReadOnlySequence<byte> input = new(_response);
        new ResponseReader(Limits).TryRead(ref input, out ResponseHead? head);
        return head;
    }

    [Benchmark]
    public object ReadAndCheck()
    {
        ReadOnlySequence<byte> input = new(_response);
        new ResponseReader(Limits).TryRead(ref input, out ResponseHead? head);
        return ClientHandshake.Check(head!, _key, Offered, offeredDeflate: null);
    }
}
