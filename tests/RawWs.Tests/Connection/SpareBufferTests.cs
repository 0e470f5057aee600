using RawWs.Connection;
using RawWs.Protocol.Framing;
using Xunit;

namespace RawWs.Tests.Connection;

public sealed class SpareBufferTests
{
    [Fact]
    public void A_buffer_that_came_back_is_given_out_once_and_empty()
    {
        SpareBuffer spare = default;
        MessageBuffer buffer = spare.Take();
        buffer.Append([1, 2, 3], expectedTotal: 3);
        spare.Keep(buffer);
        Assert.Same(buffer, spare.Take());
        Assert.Equal(0, buffer.Length);
        Assert.NotSame(buffer, spare.Take());
    }

    [Fact]
    public void A_message_without_a_buffer_leaves_the_spare_one_in_place()
    {
        SpareBuffer spare = default;
        MessageBuffer buffer = new();
        spare.Keep(buffer);
        spare.Keep(null);
        Assert.Same(buffer, spare.Take());
    }
}
