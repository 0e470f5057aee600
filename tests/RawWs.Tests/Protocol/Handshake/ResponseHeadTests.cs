using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Responses;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class ResponseHeadTests
{
    [Fact]
    public void The_answer_of_RFC_6455_section_1_3_is_read()
    {
        ResponseHead head = ReadResponse(Rfc6455Answer);
        Assert.Equal(101, head.Status);
        Assert.Equal("Switching Protocols", head.Reason);
        Assert.Equal(1, head.MinorVersion);
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head.Headers.Find("sec-websocket-accept"));
        Assert.Equal(["Upgrade", "Connection", "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol"], head.Headers.All().Select(header => header.Key));
    }

    [Theory]
    [InlineData("100 Continue", true)]
    [InlineData("103 Early Hints", true)]
    [InlineData("101 Switching Protocols", false)]
    [InlineData("199 x", true)]
    [InlineData("200 OK", false)]
    [InlineData("404 Not Found", false)]
    public void All_of_1xx_but_101_is_informational(string status, bool isInformational) =>
        Assert.Equal(isInformational, ReadResponse(Response("HTTP/1.1 " + status)).IsInformational);
}
