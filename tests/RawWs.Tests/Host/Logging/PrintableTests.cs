using RawWs.Host.Logging;
using Xunit;

namespace RawWs.Tests.Host.Logging;

public sealed class PrintableTests
{
    [Theory]
    [InlineData(0x00)]
    [InlineData(0x09)]
    [InlineData(0x0A)]
    [InlineData(0x0D)]
    [InlineData(0x1B)]
    [InlineData(0x1F)]
    [InlineData(0x7F)]
    [InlineData(0x80)]
    [InlineData(0x85)]
    [InlineData(0x9B)]
    [InlineData(0x9F)]
    [InlineData(0x061C)]
    [InlineData(0x200E)]
    [InlineData(0x200F)]
    [InlineData(0x2028)]
    [InlineData(0x2029)]
    [InlineData(0x202A)]
    [InlineData(0x202E)]
    [InlineData(0x2066)]
    [InlineData(0x2069)]
    public void Controls_are_escaped(int code) => Assert.Equal($"a\\u{code:X4}b", Printable.From($"a{(char)code}b"));

    [Theory]
    [InlineData("")]
    [InlineData("plain text, ~")]
    [InlineData("\u00A0\u00E4\u4E16\U0001F600")]
    public void The_rest_is_left_alone(string text) => Assert.Same(text, Printable.From(text));

    [Fact]
    public void Several_are_escaped_one_by_one() => Assert.Equal("\\u000D\\u000Ax\\u001B[31m", Printable.From("\r\nx\u001B[31m"));
}
