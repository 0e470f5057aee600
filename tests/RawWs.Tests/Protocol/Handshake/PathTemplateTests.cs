using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class PathTemplateTests
{
    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/chat", "/chat", "")]
    [InlineData("/a-b.c_d~e;f=g:h@i!$&'()*+,", "/a-b.c_d~e;f=g:h@i!$&'()*+,", "")]
    [InlineData("/chat/{room}", "/chat/x", "room=x")]
    [InlineData("/chat/{room}", "/chat/caf%C3%A9%20a%25b", "room=caf\u00e9 a%b")]
    [InlineData("/{a}/x/{b_2}", "/1/x/2", "a=1,b_2=2")]
    [InlineData("/{a}", "/...", "a=...")]
    [InlineData("/{a}", "/chat;x=1", "a=chat;x=1")]
    [InlineData("/{a}", "/{a}", "a={a}")]
    public void Path_matches_and_gives_its_values(string template, string path, string values)
    {
        Assert.True(new PathTemplate(template).TryMatch(Bytes(path), out IReadOnlyDictionary<string, string>? found));
        Assert.Equal(values, string.Join(',', found.Select(value => $"{value.Key}={value.Value}")));
    }

    [Theory]
    [InlineData("/", "//")]
    [InlineData("/chat", "/")]
    [InlineData("/chat", "/CHAT")]
    [InlineData("/chat", "/chat/")]
    [InlineData("/chat", "//chat")]
    [InlineData("/chat", "/%63hat")]
    [InlineData("/chat", "/chat;x=1")]
    [InlineData("/chat", "/./chat")]
    [InlineData("/chat", "/x/../chat")]
    [InlineData("/chat", "/chats")]
    [InlineData("/chat", "/cha")]
    [InlineData("/chat", "/chat/x")]
    [InlineData("/chat", "")]
    [InlineData("/chat", "chat")]
    [InlineData("/chat/{room}", "/chat")]
    [InlineData("/chat/{room}", "/chat/")]
    [InlineData("/chat/{room}", "/chat//")]
    [InlineData("/chat/{room}", "/chat/x/")]
    [InlineData("/chat/{room}", "/chat//x")]
    [InlineData("/chat/{room}", "/chat/.")]
    [InlineData("/chat/{room}", "/chat/..")]
    [InlineData("/chat/{room}", "/chat/x/y")]
    [InlineData("/{a}/x", "/%zz/y")]            // what does not match is not judged
    public void Other_path_does_not_match(string template, string path)
    {
        Assert.False(new PathTemplate(template).TryMatch(Bytes(path), out IReadOnlyDictionary<string, string>? values));
        Assert.Null(values);
    }

    [Theory]
    [InlineData("")]
    [InlineData("chat")]
    [InlineData("//")]
    [InlineData("/chat/")]
    [InlineData("/a//b")]
    [InlineData("/./a")]
    [InlineData("/a/..")]
    [InlineData("/a b")]
    [InlineData("/a?b")]
    [InlineData("/a#b")]
    [InlineData("/%61")]
    [InlineData("/a\\b")]
    [InlineData("/caf\u00e9")]
    [InlineData("/{}")]
    [InlineData("/{")]
    [InlineData("/}")]
    [InlineData("/{a")]
    [InlineData("/a}")]
    [InlineData("/x{a}")]
    [InlineData("/{a}x")]
    [InlineData("/{a}{b}")]
    [InlineData("/{a b}")]
    [InlineData("/{a*}")]
    [InlineData("/{\u00e9}")]
    [InlineData("/{a}/{a}")]
    public void Malformed_template_is_refused_by_name(string template) =>
        Assert.Contains($"'{template}'", Assert.Throws<ArgumentException>(() => new PathTemplate(template)).Message, StringComparison.Ordinal);

    [Fact]
    public void Null_template_is_refused() => Assert.Throws<ArgumentNullException>(() => new PathTemplate(null!));

    [Fact]
    public void Literal_comes_before_parameter()
    {
        string[] templates = ["/{a}/{b}", "/{a}", "/", "/x/{b}", "/{a}/y", "/x/y", "/x"];
        Assert.Equal(["/", "/x", "/x/y", "/x/{b}", "/{a}", "/{a}/y", "/{a}/{b}"], templates.Select(text => new PathTemplate(text)).Order().Select(template => template.Text));
    }

    [Theory]
    [InlineData("/{a}/x", "/{b}/x", true)]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/A", false)]
    [InlineData("/a", "/{a}", false)]
    public void Templates_that_match_the_same_paths_are_equal(string left, string right, bool areEqual) =>
        Assert.Equal(areEqual, new PathTemplate(left).CompareTo(new PathTemplate(right)) == 0);

    [Fact]
    public void Nothing_comes_first() => Assert.True(new PathTemplate("/").CompareTo(null) > 0);
}
