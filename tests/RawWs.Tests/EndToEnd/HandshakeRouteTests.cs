using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>Which spelling of a path reaches a handler: one only, so that nothing in front of the server can be told another path.</summary>
public sealed class HandshakeRouteTests(HandshakeServer server) : IClassFixture<HandshakeServer>
{
    [Theory]
    [InlineData("//chat")]
    [InlineData("/%63hat")]
    [InlineData("/chat;x=1")]
    [InlineData("/./chat")]
    [InlineData("/x/../chat")]
    [InlineData("/chat/.")]
    [InlineData("/chat/")]
    [InlineData("/chat//")]
    [InlineData("/CHAT")]
    [InlineData("/chat%00")]
    [InlineData("/chat%20")]
    [InlineData("/chat%2f")]
    [InlineData("\\chat")]
    [InlineData("/\\chat")]
    public async Task Alias_of_a_path_never_reaches_its_handler(string target)
    {
        int before = server.Chats;

        Assert.True(await StatusAsync(target) is 400 or 404);

        Assert.Equal(before, server.Chats);
    }

    [Theory]
    [InlineData("/room/lobby", "lobby")]
    [InlineData("/room/caf%C3%A9", "caf\u00e9")]
    [InlineData("/room/caf%c3%a9", "caf\u00e9")]
    [InlineData("/room/%F0%9F%98%80", "\ud83d\ude00")]
    [InlineData("/room/a%20b", "a b")]
    [InlineData("/room/a+b", "a+b")]
    [InlineData("/room/a;x=1", "a;x=1")]
    [InlineData("/room/100%25", "100%")]
    [InlineData("/room/%2541", "%41")]
    [InlineData("/room/%3Fx%23y", "?x#y")]
    public async Task Route_value_is_decoded_once_as_UTF_8(string target, string value)
    {
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint, target);

        Assert.Equal(value, Encoding.UTF8.GetString((await peer.ReadFrameAsync()).Payload.Span));
    }

    [Theory]
    [InlineData("%41", "escape of a letter")]
    [InlineData("%7e", "escape of a tilde")]
    [InlineData("%2e%2e", "escape of dots")]
    [InlineData("a%2Fb", "escape of a slash")]
    [InlineData("a%5cb", "escape of a backslash")]
    [InlineData("a%00", "escape of NUL")]
    [InlineData("a%0d%0aX", "escape of CR and LF")]
    [InlineData("a%7F", "escape of DEL")]
    [InlineData("%FF", "a byte that is never UTF-8")]
    [InlineData("%C3", "half a character")]
    [InlineData("%C0%AF", "an overlong slash")]
    [InlineData("%ED%A0%80", "a surrogate")]
    [InlineData("%", "an escape without digits")]
    [InlineData("%4", "an escape with one digit")]
    [InlineData("%zz", "an escape that is not hex")]
    public async Task Route_value_that_could_be_read_in_two_ways_is_400(string value, string why)
    {
        Assert.True(await StatusAsync("/room/" + value) == 400, why);
    }

    [Theory]
    [InlineData("/room/")]
    [InlineData("/room")]
    [InlineData("/room/a/b")]
    [InlineData("/room/a/")]
    [InlineData("/room/.")]
    [InlineData("/room/..")]
    public async Task Route_value_is_exactly_one_segment(string target)
    {
        Assert.True(await StatusAsync(target) is 400 or 404);
    }

    private async Task<int> StatusAsync(string target)
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(server.Endpoint);
        await peer.SendAsync(HandshakeRequest.Upgrade.To(target).ToString().Replace("{host}", peer.Host, StringComparison.Ordinal));
        RawResponse response = await peer.ReadResponseAsync();
        Assert.Empty(await peer.ReadToEndAsync());
        return response.Status;
    }
}
