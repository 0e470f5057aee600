using System.Text;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class AcceptKeyTests
{
    [Fact]
    public void Example_of_RFC_6455_section_1_3_holds()
    {
        byte[] accept = new byte[AcceptKey.AcceptBytes];
        AcceptKey.Compute("dGhlIHNhbXBsZSBub25jZQ=="u8, accept);
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", Encoding.ASCII.GetString(accept));
    }

    [Theory]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", true)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==", true)]
    [InlineData("/////////////////////w==", true)]
    [InlineData("++++++++++++++++++++++g=", false)]
    [InlineData("", false)]
    [InlineData("dGhlIHNhbXBsZSBub25jZR==", false)]      // 16 bytes, but a bit below them is set
    [InlineData("dGhlIHNhbXBsZSBub25jZf==", false)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ=", false)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ", false)]
    [InlineData("dGhlIHNhbXBsZSBub25jZWU=", false)]      // 17 bytes
    [InlineData("dGhlIHNhbXBsZSBub25j", false)]          // 15 bytes
    [InlineData("dGhlIHNhbXBsZSBub25jZQ== ", false)]
    [InlineData("dGhlIHNhbXBsZ SBub25jZQ==", false)]
    [InlineData("dGhlIHNhbXBsZSBub2 jZQ==", false)]
    [InlineData("dGhlIHNhbXBsZSBub2-jZQ==", false)]
    [InlineData("dGhlIHNhbXBsZSBub2=jZQ==", false)]
    [InlineData("dGhlIHNhbXBsZSBub2\xe9jZQ==", false)]
    [InlineData("====================Q===", false)]
    public void Key_is_16_bytes_in_canonical_base64(string key, bool isKey) => Assert.Equal(isKey, AcceptKey.IsKey(Bytes(key)));

    [Fact]
    public void Every_key_that_the_framework_makes_is_one()
    {
        Random random = new(1);
        byte[] bytes = new byte[16];
        for (int i = 0; i < 1000; i++)
        {
            random.NextBytes(bytes);
            Assert.True(AcceptKey.IsKey(Bytes(Convert.ToBase64String(bytes))));
        }
    }
}
