using System.Net.Sockets;
using RawWs.Transport;
using Xunit;

namespace RawWs.Tests.Transport;

public sealed class DescriptorHeadroomTests
{
    [Theory]
    [InlineData("Max open files            1024                 1048576              files     ", 960)]
    [InlineData("Max open files            1048576              1048576              files     ", 1048512)]
    [InlineData("Max open files            100                  100                  files     ", 75)]
    [InlineData("Max open files            unlimited            unlimited            files     ", long.MaxValue)]
    [InlineData("Max processes             7823                 7823                 processes ", long.MaxValue)]
    public void Some_descriptors_are_not_for_connections(string row, long ceiling) =>
        Assert.Equal(ceiling, DescriptorHeadroom.CeilingFrom(["Limit                     Soft Limit           Hard Limit           Units     ", row]));

    [Fact]
    public void A_socket_at_the_ceiling_is_the_last()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        long number = socket.SafeHandle.DangerousGetHandle();

        Assert.True(new DescriptorHeadroom(number, static () => 0).IsUsedUpBy(socket));
        Assert.False(new DescriptorHeadroom(number + 1, static () => 0).IsUsedUpBy(socket));
    }

    [Fact]
    public void This_process_has_some_left() => Assert.True(DescriptorHeadroom.OfThisProcess().IsLeft);
}
