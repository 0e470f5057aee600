using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class BodyFramingTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0L, "Content-Length: 0")]
    [InlineData(30L, "content-length: 30")]
    [InlineData(7L, "Content-Length: 007")]
    [InlineData(long.MaxValue, "Content-Length: 9223372036854775807")]
    public void Length_of_a_body_is_known(long? length, params string[] lines)
    {
        RequestHead head = Read(Get(lines));
        Assert.Equal(length, head.ContentLength);
        Assert.Equal(length > 0, head.HasBody);
        Assert.False(head.HasTransferEncoding);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("TRANSFER-ENCODING: identity")]
    [InlineData("Transfer-Encoding:")]
    public void Any_transfer_encoding_is_a_body(string line)
    {
        RequestHead head = Read(Get(line));
        Assert.True(head.HasTransferEncoding);
        Assert.True(head.HasBody);
        Assert.Null(head.ContentLength);
    }

    [Theory]
    [InlineData("not a number", "Content-Length:")]
    [InlineData("not a number", "Content-Length: -1")]
    [InlineData("not a number", "Content-Length: +1")]
    [InlineData("not a number", "Content-Length: 1 1")]
    [InlineData("not a number", "Content-Length: 5, 5")]
    [InlineData("not a number", "Content-Length: 0x10")]
    [InlineData("not a number", "Content-Length: 1.0")]
    [InlineData("not a number", "Content-Length: 9223372036854775808")]
    [InlineData("not a number", "Content-Length: 99999999999999999999999999")]
    [InlineData("given twice", "Content-Length: 5", "A: b", "Content-Length: 5")]
    [InlineData("given twice", "Content-Length: 0", "content-length: 1")]
    [InlineData("both given", "Content-Length: 5", "Transfer-Encoding: chunked")]
    [InlineData("both given", "Transfer-Encoding: chunked", "Content-Length: 0")]
    public void Ambiguous_length_is_400(string fragment, params string[] lines) => Refused(() => Read(Get(lines)), 400, fragment);
}
