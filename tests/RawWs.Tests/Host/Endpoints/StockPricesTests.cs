using System.Text.Json;
using RawWs.Host.Endpoints;
using Xunit;

namespace RawWs.Tests.Host.Endpoints;

public sealed class StockPricesTests
{
    [Fact]
    public void Prices_are_JSON_with_a_symbol_a_price_and_a_change()
    {
        StockPrices prices = new(TimeSpan.FromHours(1), TimeProvider.System);
        using JsonDocument json = JsonDocument.Parse(prices.Next());
        Assert.True(json.RootElement.GetProperty("time").GetInt64() > 0);
        JsonElement first = json.RootElement.GetProperty("prices")[0];
        Assert.Equal("ACME", first.GetProperty("symbol").GetString());
        Assert.InRange(first.GetProperty("price").GetDouble(), 101, 101.5);
        Assert.InRange(first.GetProperty("change").GetDouble(), -0.2, 0.2);
    }

    [Fact]
    public void Prices_change_with_each_step_and_not_between()
    {
        StockPrices prices = new(TimeSpan.FromHours(1), TimeProvider.System);
        ReadOnlyMemory<byte> first = prices.Latest();
        Assert.True(first.Span.SequenceEqual(prices.Latest().Span));
        Assert.False(first.Span.SequenceEqual(prices.Next().Span));
    }

    [Fact]
    public void Prices_that_have_grown_old_are_not_the_latest()
    {
        StockPrices prices = new(TimeSpan.Zero, TimeProvider.System);
        ReadOnlyMemory<byte> first = prices.Latest();
        Assert.False(first.Span.SequenceEqual(prices.Latest().Span));
    }
}
