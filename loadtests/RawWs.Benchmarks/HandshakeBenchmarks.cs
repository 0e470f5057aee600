using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using RawWs.Protocol.Handshake;

namespace RawWs.Benchmarks;

/// <summary>Reading and judging an upgrade request: the least that is legal, and what a browser sends.</summary>
[MemoryDiagnoser]
public class HandshakeBenchmarks
{
    private const string Minimal =
        "GET /echo HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    private const string Browser =
        "GET /echo?name=ann HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: Upgrade\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n"
        + "Upgrade: websocket\r\nOrigin: http://127.0.0.1:8080\r\nSec-WebSocket-Version: 13\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
        + "Accept-Language: en-US,en;q=0.9\r\nCookie: session=0123456789abcdef0123456789abcdef\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";

    private static readonly HeadLimits Limits = new(8192, 16384, 64);

    private readonly byte[] _key = "dGhlIHNhbXBsZSBub25jZQ=="u8.ToArray();
    private readonly byte[] _accept = new byte[AcceptKey.AcceptBytes];
    private byte[] _request = [];

    [Params("minimal", "browser")]
    public string Request { get; set; } = "";

    [GlobalSetup]
    public void Prepare() => _request = Encoding.ASCII.GetBytes(Request == "minimal" ? Minimal : Browser);

    [Benchmark]
    public object? Read()
    {
        ReadOnlySequence<byte> input = new(_request);
        new RequestReader(Limits).TryRead(ref input, out RequestHead? head);
        return head;
    }

    [Benchmark]
    public int ReadAndCheck()
    {
        ReadOnlySequence<byte> input = new(_request);
        new RequestReader(Limits).TryRead(ref input, out RequestHead? head);
        return OpeningHandshake.Check(head!, [], allowMissingOrigin: true, bearerPrefix: null).Accept.Length;
    }

    [Benchmark]
    public void Accept() => AcceptKey.Compute(_key, _accept);
}
