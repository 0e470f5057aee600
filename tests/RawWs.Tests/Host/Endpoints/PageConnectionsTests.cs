using System.Globalization;
using RawWs.Host.Endpoints;
using Xunit;

namespace RawWs.Tests.Host.Endpoints;

public sealed class PageConnectionsTests
{
    private readonly PageConnections _page = new();
    private readonly WebSocketConnection _one = WebSocketPair.Create().Server;
    private readonly WebSocketConnection _other = WebSocketPair.Create().Server;

    [Fact]
    public void A_connection_is_found_until_it_leaves()
    {
        Assert.True(_page.Enter("id", _one));
        Assert.Same(_one, _page.Find("id"));
        _page.Leave("id", _one);
        Assert.Null(_page.Find("id"));
        Assert.Equal(0, _page.Count);
    }

    [Fact]
    public void An_id_belongs_to_the_connection_that_had_it_first()
    {
        _page.Enter("id", _one);
        Assert.False(_page.Enter("id", _other));
        _page.Leave("id", _other);
        Assert.Same(_one, _page.Find("id"));
    }

    [Fact]
    public void No_more_than_the_bound_are_kept()
    {
        for (int i = 0; i < PageConnections.Max; i++)
            Assert.True(_page.Enter(i.ToString(CultureInfo.InvariantCulture), _one));
        Assert.False(_page.Enter("one more", _one));
        _page.Leave("0", _one);
        Assert.True(_page.Enter("one more", _one));
    }

    [Fact]
    public void An_id_that_is_too_long_is_not_kept()
    {
        Assert.False(_page.Enter(new string('x', PageConnections.MaxIdLength + 1), _one));
        Assert.True(_page.Enter(new string('x', PageConnections.MaxIdLength), _one));
    }

    [Fact]
    public void A_connection_without_an_id_is_served_and_not_kept()
    {
        Assert.Same(Task.CompletedTask, _page.Keep(static _ => Task.CompletedTask)(_one));
        Assert.False(_page.Enter(_one));
        Assert.Equal(0, _page.Count);
    }
}
