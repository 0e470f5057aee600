using System.IO.Compression;
using RawWs.Client;
using Xunit;

namespace RawWs.Tests.Client;

/// <summary>A client's options are judged before anything happens.</summary>
public sealed class ClientOptionsCheckTests
{
    private static readonly WebSocketClientOptions Good = new();

    public static TheoryData<string, WebSocketClientOptions> Bad => new()
    {
        { "ConnectTimeout is -00:00:01: it must be zero (off) or a time up to 49 days.", Good with { ConnectTimeout = TimeSpan.FromSeconds(-1) } },
        { "HandshakeTimeout is 50.00:00:00: it must be zero (off) or a time up to 49 days.", Good with { HandshakeTimeout = TimeSpan.FromDays(50) } },
        { "CloseTimeout is 00:00:00: it must be a time up to 49 days.", Good with { CloseTimeout = TimeSpan.Zero } },
        { "MaxMessageBytes is -1: it must be at least 0.", Good with { MaxMessageBytes = -1 } },
        { "ReadAhead is 0: it must be at least 1.", Good with { ReadAhead = 0 } },
        { "MaxLineBytes is -1: it must be at least 0.", Good with { MaxLineBytes = -1 } },
        { "MaxHeadBytes is -1: it must be at least 0.", Good with { MaxHeadBytes = -1 } },
        { "MaxHeaders is -1: it must be at least 0.", Good with { MaxHeaders = -1 } },
        { "MaxRedirects is 11: it must be from 0 (none) to 10.", Good with { MaxRedirects = 11 } },
        { "MaxRedirects is -1: it must be from 0 (none) to 10.", Good with { MaxRedirects = -1 } },
        { "UnixSocket and ConnectCallback are both set: each is a way to the server, choose one.", Good with { UnixSocket = "/s", ConnectCallback = static (_, _) => default } },
        { "Tls.TargetHost is no host name or address.", Good with { Tls = new() { TargetHost = "a\r\nb" } } },
        { "Tls.TargetHost is no host name or address.", Good with { Tls = new() { TargetHost = "" } } },
        { "Compression.Level is NoCompression: it must be Fastest, Optimal or SmallestSize.", Good with { Compression = new() { Level = CompressionLevel.NoCompression } } },
        { "Compression.Level is 9: it must be Fastest, Optimal or SmallestSize.", Good with { Compression = new() { Level = (CompressionLevel)9 } } },
        { "Compression.MemoryLevel is 0: it must be from 1 to 9.", Good with { Compression = new() { MemoryLevel = 0 } } },
        { "Compression.MemoryLevel is 10: it must be from 1 to 9.", Good with { Compression = new() { MemoryLevel = 10 } } },
        { "Compression.WindowBits is 8: it must be from 9 to 15.", Good with { Compression = new() { WindowBits = 8 } } },
        { "Compression.WindowBits is 16: it must be from 9 to 15.", Good with { Compression = new() { WindowBits = 16 } } },
        { "Compression.Threshold is -1: it must be at least 0.", Good with { Compression = new() { Threshold = -1 } } },
        { "Reconnect.FirstDelay is 00:00:00: it must be a time up to 49 days.", Good with { Reconnect = new() { FirstDelay = TimeSpan.Zero } } },
        { "Reconnect.MaxDelay is 00:00:01: it must be at least FirstDelay.", Good with { Reconnect = new() { FirstDelay = TimeSpan.FromSeconds(2), MaxDelay = TimeSpan.FromSeconds(1) } } },
    };

    [Fact]
    public void The_defaults_are_good() => ClientOptionsCheck.ThrowIfInvalid(Good with { Compression = new() });

    [Fact]
    public void The_ends_of_what_compression_can_be_are_good()
    {
        ClientOptionsCheck.ThrowIfInvalid(Good with { Compression = new() { Level = CompressionLevel.SmallestSize, MemoryLevel = 1, WindowBits = 9, Threshold = 0 } });
        ClientOptionsCheck.ThrowIfInvalid(Good with { Compression = new() { Level = CompressionLevel.Optimal, MemoryLevel = 9, WindowBits = 15, Threshold = int.MaxValue } });
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_is_wrong_is_said(string problem, WebSocketClientOptions options) =>
        Assert.Equal(problem, Assert.Throws<ArgumentException>(() => ClientOptionsCheck.ThrowIfInvalid(options)).Message.Split('\n')[1]);

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        WebSocketClientOptions options = Good with { MaxRedirects = 11, MaxHeaders = -1, ConnectTimeout = TimeSpan.FromSeconds(-1) };
        Assert.Equal(4, Assert.Throws<ArgumentException>(() => ClientOptionsCheck.ThrowIfInvalid(options)).Message.Split('\n').Length);
    }
}
