using System.Buffers;
using System.Text;
using RawWs.Tests.Support;
using RawWs.Transport.Tls;
using Xunit;

namespace RawWs.Tests.Transport.Tls;

public sealed class FirstBytesReaderTests
{
    [Theory]
    [InlineData("", "Incomplete")]
    [InlineData("16", "Incomplete")]
    [InlineData("16 0301", "Incomplete")]
    [InlineData("16 0301 00", "Incomplete")]
    [InlineData("16 0301 0003", "Incomplete")]
    [InlineData("16 0301 0003 0100", "Incomplete")]
    [InlineData("16 0301 0003 010000", "Handshake")]
    [InlineData("16 0301 0003 010000 17", "Handshake")]
    [InlineData("16 0303 0000", "Handshake")]
    [InlineData("15 0301 0002 0228", "Unknown")] // an alert
    [InlineData("80 2e 01", "Unknown")] // SSL 2
    [InlineData("00", "Unknown")]
    public void A_handshake_begins_with_a_whole_record_of_type_22(string hex, string expected) // RFC 8446 section 5.1
    {
        byte[] bytes = Bytes.Hex(hex);
        Assert.Equal(expected, FirstBytesReader.Look(new ReadOnlySequence<byte>(bytes)).ToString());
    }

    [Theory]
    [InlineData("G")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("POST")]
    [InlineData("PRI * HTTP/2.0")]
    public void A_capital_letter_begins_an_HTTP_request(string text) =>
        Assert.Equal(FirstBytes.Http, FirstBytesReader.Look(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text))));
}
