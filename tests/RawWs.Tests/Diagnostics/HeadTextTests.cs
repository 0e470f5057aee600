using System.Text;
using RawWs.Diagnostics;
using Xunit;

namespace RawWs.Tests.Diagnostics;

public sealed class HeadTextTests
{
    [Fact]
    public void A_head_is_a_line_with_a_note_and_its_fields_set_in_below_it() => Assert.Equal(
        ["GET /chat HTTP/1.1 (note)", "    Host: a", "    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="],
        Lines("GET /chat HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nbody"));

    [Theory]
    [InlineData("Authorization: Basic SECRET", "Authorization: ***")]
    [InlineData("AUTHORIZATION:SECRET", "AUTHORIZATION: ***")]
    [InlineData("Proxy-Authorization: Bearer SECRET", "Proxy-Authorization: ***")]
    [InlineData("Cookie: a=SECRET; b=SECRET", "Cookie: ***")]
    [InlineData("Set-Cookie: a=SECRET; HttpOnly", "Set-Cookie: ***")]
    [InlineData("X-Api-Key: SECRET", "X-Api-Key: ***")]
    [InlineData("x-auth-token:SECRET", "x-auth-token: ***")]
    [InlineData("Sec-WebSocket-Protocol: bearer.SECRET", "Sec-WebSocket-Protocol: ***")]
    [InlineData("Sec-WebSocket-Protocol: chat, v2, base64.Bearer.authorization.SECRET, more", "Sec-WebSocket-Protocol: chat, v2, ***")]
    [InlineData("Sec-WebSocket-Protocol: access_token, SECRET", "Sec-WebSocket-Protocol: ***")]
    [InlineData("Sec-WebSocket-Protocol: chat, jwt.SECRET", "Sec-WebSocket-Protocol: chat, ***")]
    [InlineData("Sec-WebSocket-Protocol: JWT.SECRET, chat", "Sec-WebSocket-Protocol: ***")]
    [InlineData("Sec-WebSocket-Protocol: chat, key-SECRET", "Sec-WebSocket-Protocol: chat, ***")]
    [InlineData("Sec-WebSocket-Protocol: chat, v2", "Sec-WebSocket-Protocol: chat, v2")]
    [InlineData("Referer: http://a/b?token=SECRET&c=d#e", "Referer: http://a/b?token=***&c=d#e")]
    [InlineData("Location: ws://u:SECRET@a/b", "Location: ws://***@a/b")]
    [InlineData("Location: //SECRET@a?b@c", "Location: //***@a?b@c")]
    [InlineData("Link: <http://a/>, <http://u:SEC@RET@b>", "Link: <http://a/>, <http://***@b>")]
    [InlineData("Location: ws://a/b@c", "Location: ws://a/b@c")]
    [InlineData("X: ////", "X: ////")]
    [InlineData("Accept: text/html;q=0.5", "Accept: text/html;q=0.5")]
    public void Credentials_in_a_field_are_blanked(string field, string line) =>
        Assert.Equal("    " + line, Lines($"GET / HTTP/1.1\r\n{field}\r\n\r\n")[1]);

    [Theory]
    [InlineData("/a?token=SECRET", "/a?token=***")]
    [InlineData("/a?x=1&access_token=SECRET&y=2", "/a?x=1&access_token=***&y=2")]
    [InlineData("/a?token=SECRET=SECRET&token=SECRET", "/a?token=***&token=***")]
    [InlineData("/a?access%5Ftok%65n=SECRET", "/a?access%5Ftok%65n=***")]
    [InlineData("/a?password=SECRET", "/a?password=***")]
    [InlineData("/a?token&name=b", "/a?token&name=b")]
    public void Credentials_in_the_query_are_blanked(string target, string shown) =>
        Assert.Equal($"GET {shown} HTTP/1.1 (note)", Lines($"GET {target} HTTP/1.1\r\n\r\n")[0]);

    [Theory]
    [InlineData("Authorization : SECRET")]
    [InlineData("Authorization SECRET")]
    [InlineData(" Authorization: SECRET")]
    [InlineData("Authorization:\r\n SECRET\r\n\tSECRET")]
    [InlineData("X: a\rAuthorization: SECRET")]
    [InlineData("X: a\nAuthorization: SECRET")]
    [InlineData("Authorization: SECRET\0")]
    [InlineData("Sec-WebSocket-Protocol: chat,\r\n SECRET,\r\n SECRET")]
    [InlineData("Sec-WebSocket-Protocol : chat, jwt.SECRET")]
    public void A_head_that_is_refused_shows_no_credential_either(string field) =>
        Assert.DoesNotContain("SECRET", string.Join('|', Lines($"GET / HTTP/1.1\r\n{field}\r\n\r\n")), StringComparison.Ordinal);

    [Fact]
    public void What_is_no_text_is_escaped() => Assert.Equal([@"\x16\x03\x01\x1b\xff (note)"], Lines("\u0016\u0003\u0001\u001b\u00ff"));

    [Fact]
    public void Empty_lines_before_the_first_are_skipped() => Assert.Equal(["GET / HTTP/1.1 (note)"], Lines("\r\nGET / HTTP/1.1\r\n\r\n"));

    [Fact]
    public void A_flood_of_lines_or_a_long_one_is_cut()
    {
        IReadOnlyList<string> lines = Lines($"GET /{new string('x', 600)} HTTP/1.1\r\n{string.Concat(Enumerable.Repeat("a:\r\n", 200))}");
        Assert.Equal($"GET /{new string('x', 507)}... (note)", lines[0]);
        Assert.Equal(101, lines.Count);
        Assert.Equal("    ...", lines[^1]);
    }

    private static IReadOnlyList<string> Lines(string head) => HeadText.Lines(Encoding.Latin1.GetBytes(head), "note", ["jwt.", "key-"]);
}
