using System.Net;
using RawWs.Transport.Connecting;
using Xunit;

namespace RawWs.Tests.Transport.Connecting;

public sealed class AddressOrderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("fd00::1 fd00::2", "fd00::1 fd00::2")]
    [InlineData("10.0.0.1 10.0.0.2 fd00::1", "fd00::1 10.0.0.1 10.0.0.2")]
    [InlineData("10.0.0.1 fd00::1 fd00::2 fd00::3 10.0.0.2", "fd00::1 10.0.0.1 fd00::2 10.0.0.2 fd00::3")]
    [InlineData("fd00::1 10.0.0.1 fd00::1 10.0.0.1", "fd00::1 10.0.0.1")]
    public void Families_take_turns_and_IPv6_begins(string found, string order) => Assert.Equal(order, Order(found));

    [Fact]
    public void A_wrapped_IPv4_address_is_tried_as_IPv4() =>
        Assert.Equal("fd00::1 10.0.0.1", Order("::ffff:10.0.0.1 fd00::1 10.0.0.1"));

    [Fact]
    public void The_number_of_attempts_is_bounded_and_leaves_each_family_its_half()
    {
        IEnumerable<string> many = Enumerable.Range(1, 100).SelectMany(static i => new[] { $"10.0.0.{i}", $"fd00::{i}" });

        string[] order = Order(string.Join(' ', many)).Split(' ');

        Assert.Equal(AddressOrder.MaxAddresses, order.Length);
        Assert.Equal(AddressOrder.MaxAddresses / 2, order.Count(static address => address.Contains('.')));
    }

    private static string Order(string found) =>
        string.Join(' ', AddressOrder.Of(found.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)));
}
