using System.Text;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class ExtensionOfferTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("a, b", "a|b")]
    [InlineData("a|b", "a|b")]                                              // two lines are one list
    [InlineData(" ,a ,, b\t,", "a|b")]
    [InlineData("|a", "a")]
    [InlineData("a;b", "a;b")]
    [InlineData("a ; b = c ;d", "a;b=c;d")]
    [InlineData("a; b=\"c\"; d=\"\\e\\f\"", "a;b=\"c\";d=\"\\e\\f\"")]
    [InlineData("permessage-deflate; client_max_window_bits, permessage-deflate", "permessage-deflate;client_max_window_bits|permessage-deflate")]
    [InlineData("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10", "permessage-deflate;server_max_window_bits=10;server_max_window_bits=10")]
    [InlineData("constructor, __proto__; toString=valueOf", "constructor|__proto__;toString=valueOf")]
    public void Offers_are_read_in_order(string value, string offers)
    {
        UpgradeRequest request = Check(Upgrade([.. value.Split('|').Select(line => $"Sec-WebSocket-Extensions: {line}")]));
        List<string> read = [];
        foreach (HeaderLine header in request.Head.Headers.Lines)
            if (header.Is(ExtensionOffer.HeaderName))
                Read(header, read);
        Assert.Equal(offers, string.Join('|', read));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(",", "is empty")]
    [InlineData(";", "name is not a token")]
    [InlineData("a b", "semicolon")]
    [InlineData("a=b", "semicolon")]
    [InlineData("a/b", "semicolon")]
    [InlineData("\"a\"", "name is not a token")]
    [InlineData("a;", "parameter is not a token")]
    [InlineData("a;;b", "parameter is not a token")]
    [InlineData("a;,b", "parameter is not a token")]
    [InlineData("a;b=", "value is not a token")]
    [InlineData("a;b=,c", "value is not a token")]
    [InlineData("a;b=;c", "value is not a token")]
    [InlineData("a;b c", "semicolon")]
    [InlineData("a;b=c d", "semicolon")]
    [InlineData("a;b=c\"", "semicolon")]
    [InlineData("a;b=\"c\"d", "semicolon")]
    [InlineData("a;b=\"", "has no end")]
    [InlineData("a;b=\"c", "has no end")]
    [InlineData("a;b=\"\"", "is empty")]
    [InlineData("a;b=\"c d\"", "quoted extension parameter is not a token")]
    [InlineData("a;b=\"c\\\"", "quoted extension parameter is not a token")]
    [InlineData("a;b=\"c\\d", "has no end")]
    [InlineData("a;b=\"\\\\\"", "quoted extension parameter is not a token")]
    [InlineData("a;b=\"\\\"\"", "quoted extension parameter is not a token")]
    [InlineData("a;b=\"c\\", "quoted extension parameter is not a token")]
    [InlineData("a;b=\"\xe9\"", "quoted extension parameter is not a token")]
    [InlineData("\xe9", "name is not a token")]
    public void Broken_syntax_is_400(string value, string fragment) =>
        Refused(() => Check(Upgrade($"Sec-WebSocket-Extensions: {value} ")), 400, fragment);

    [Fact]
    public void Quotes_do_not_reach_into_the_next_line() =>
        Refused(() => Check(Upgrade("Sec-WebSocket-Extensions: a;b=\"c", "Sec-WebSocket-Extensions: d\"")), 400, "has no end");

    private static void Read(HeaderLine header, List<string> offers)
    {
        ExtensionCursor cursor = new(header.Value);
        while (cursor.TryReadName(out ReadOnlySpan<byte> name))
        {
            string offer = Encoding.ASCII.GetString(name);
            while (cursor.TryReadParameter(out ReadOnlySpan<byte> parameter, out ReadOnlySpan<byte> value))
                offer += $";{Encoding.ASCII.GetString(parameter)}{(value.IsEmpty ? "" : "=" + Encoding.ASCII.GetString(value))}";
            offers.Add(offer);
        }
    }
}
