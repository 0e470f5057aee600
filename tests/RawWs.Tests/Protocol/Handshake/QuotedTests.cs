using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class QuotedTests
{
    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("a b~", "\"a b~\"")]
    [InlineData("\r\n\0\x1b\x7f\x80\xff", "\"\\x0d\\x0a\\x00\\x1b\\x7f\\x80\\xff\"")]
    [InlineData("a\"b\\c", "\"a\\x22b\\x5cc\"")]
    public void All_but_visible_ASCII_is_escaped(string text, string quoted) => Assert.Equal(quoted, Quoted.Text(Bytes(text)));

    [Theory]
    [InlineData(64, "")]
    [InlineData(65, "...")]
    [InlineData(100_000, "...")]
    public void More_than_64_bytes_are_cut(int length, string end) =>
        Assert.Equal($"\"{new string('a', 64)}{end}\"", Quoted.Text(Bytes(new string('a', length))));

    [Theory]
    [InlineData("Set-Cookie: a=b", "\"Set-Cookie\"")]
    [InlineData("Set-Cookie a", "\"Set-Cookie\"")]
    [InlineData("Set-Cookie\ta", "\"Set-Cookie\"")]
    [InlineData("id=secret", "\"id\"")]
    [InlineData(" folded", "\"\"")]
    [InlineData("name", "\"name\"")]
    public void Of_a_header_line_only_what_can_be_its_name_is_quoted(string line, string quoted) => Assert.Equal(quoted, Quoted.Name(Bytes(line)));
}
