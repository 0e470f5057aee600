using System.Net.WebSockets;
using RawWs.Protocol.Compression;
using Xunit;

namespace RawWs.Tests.Protocol.Compression;

public sealed class InflaterTests
{
    [Theory]
    [InlineData("f2 48 cd c9 c9 07 00", "Hello")]                       // RFC 7692 section 7.2.3.1
    [InlineData("00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello")]           // 7.2.3.3: a stored block
    [InlineData("f3 48 cd c9 c9 07 00 00", "Hello")]                    // 7.2.3.4: BFINAL
    [InlineData("f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello")]     // 7.2.3.5: two blocks
    [InlineData("00", "")]                                              // 7.2.3.6: an empty message
    [InlineData("", "")]
    [InlineData("f3 48 cd c9 c9 07 00", "Hello")]
    public void The_examples_of_RFC_7692_are_read(string hex, string text)
    {
        using Inflater inflater = new(15);
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(Whole(inflater, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)))));
    }

    [Theory]
    [InlineData("f2 48 cd c9 c9")]
    [InlineData("f2 48 cd c9 c9 07")]
    [InlineData("00 05 00 fa ff 48 65")]
    [InlineData("ff ff ff")]
    [InlineData("07")]
    public void Garbage_is_refused_with_1007(string hex)
    {
        using Inflater inflater = new(15);
        var violation = Assert.Throws<WebSocketProtocolException>(() => Whole(inflater, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, violation.CloseStatus);
    }

    private static byte[] Whole(Inflater inflater, byte[] message)
    {
        byte[] output = new byte[4096];
        ReadOnlySpan<byte> input = message;
        int written = 0;
        do
            written += inflater.Inflate(ref input, output.AsSpan(written));
        while (!input.IsEmpty);
        inflater.EndMessage();
        return output[..written];
    }
}
