using System.Text;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class ListElementsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" , ,\t,", "")]
    [InlineData("a", "a")]
    [InlineData("a,b", "a|b")]
    [InlineData(" a \t,, b c ,", "a|b c")]
    public void Elements_are_trimmed_and_empty_ones_passed_over(string value, string elements)
    {
        List<string> found = [];
        foreach (ReadOnlySpan<byte> element in new ListElements(Bytes(value)))
            found.Add(Encoding.Latin1.GetString(element));
        Assert.Equal(elements, string.Join('|', found));
    }
}
