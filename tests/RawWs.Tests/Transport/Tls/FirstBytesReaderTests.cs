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
    [InlineData("16 0301 0006", "Incomplete")]
    [InlineData("16 0301 0006 01 0000", "Incomplete")]
    [InlineData("16 0301 0006 01 000002", "Incomplete")]
    [InlineData("16 0301 0006 01 000002 03", "Incomplete")]
    [InlineData("16 0301 0006 01 000002 0303", "Handshake")]
    [InlineData("16 0301 0006 01 000002 0303 17", "Handshake")]
    [InlineData("16 0301 0004 01 000002", "Incomplete")] // the rest is in another record
    [InlineData("16 0301 0004 01 000002 16 0301", "Handshake")]
    [InlineData("16 0301 0000 01 000000", "Unknown")] // no record is empty
    [InlineData("16 0301 0001 01 000000", "Unknown")] // cut within the four bytes before its body
    [InlineData("16 0301 4001 01 000002", "Unknown")] // longer than a record may be
    [InlineData("16 0301 0006 02 000002", "Unknown")] // a ServerHello
    [InlineData("16 0301 0006 01 010001", "Unknown")] // 64 KiB of hello
    [InlineData("15 0301 0002 0228", "Unknown")] // an alert
    [InlineData("80 2e 01", "Unknown")] // SSL 2
    [InlineData("00", "Unknown")]
    public void A_handshake_begins_with_a_whole_ClientHello(string hex, string expected) // RFC 8446 sections 4 and 5.1
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
