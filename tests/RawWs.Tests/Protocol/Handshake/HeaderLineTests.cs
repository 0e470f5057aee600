using System.Text;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class HeaderLineTests
{
    [Theory]
    [InlineData("Host: h", "Host", "h")]
    [InlineData("a:b:c", "a", "b:c")]
    [InlineData("x-!#$%&'*+-.^_`|~9: \t b \t c \t ", "x-!#$%&'*+-.^_`|~9", "b \t c")]
    [InlineData("Empty:", "Empty", "")]
    [InlineData("Empty: \t", "Empty", "")]
    [InlineData("Obs: \x80\xff", "Obs", "\x80\xff")]
    public void Name_and_value_are_told_apart(string text, string name, string value)
    {
        HeaderLine line = new(Bytes(text));
        Assert.Null(line.FindFault());
        Assert.Equal(name, Encoding.Latin1.GetString(line.Name));
        Assert.Equal(value, Encoding.Latin1.GetString(line.Value));
    }

    [Theory]
    [InlineData(" folded", "begins with white space")]
    [InlineData("\tfolded: x", "begins with white space")]
    [InlineData("Host", "no colon")]
    [InlineData("Host : h", "between a header's name and its colon")]
    [InlineData("Host\t: h", "between a header's name and its colon")]
    [InlineData(": h", "not a token")]
    [InlineData("a(b: c", "not a token")]
    [InlineData("a\xe9: c", "not a token")]
    [InlineData("\"a\": c", "not a token")]
    [InlineData("a@b", "no colon")]
    [InlineData("no colon", "no colon")]
    [InlineData("a@b: c", "not a token")]
    public void Illegal_header_line_breaks_a_rule(string text, string fragment) => Assert.Contains(fragment, new HeaderLine(Bytes(text)).FindFault(), StringComparison.Ordinal);

    [Theory]
    [InlineData("Host: h", "host", true)]
    [InlineData("hOST:", "Host", true)]
    [InlineData("Hos: t", "Host", false)]
    [InlineData("Hosts: t", "Host", false)]
    [InlineData("Host", "Host", false)]
    public void Names_compare_without_case(string text, string name, bool isIt) => Assert.Equal(isIt, new HeaderLine(Bytes(text)).Is(Bytes(name)));
}
