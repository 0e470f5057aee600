using System.Diagnostics.CodeAnalysis;
using System.Text;
using RawWs.Protocol.Compression;

namespace RawWs.Protocol.Handshake;

/// <summary>The rules by which a client judges the answer to its upgrade request (RFC 6455 section 4.1), in their order.</summary>
internal static class ClientHandshake
{
    private const int SwitchingProtocols = 101;

    /// <summary>Judges the answer.</summary>
    /// <param name="head">The answer, not an informational one.</param>
    /// <param name="key">The 24 characters that were sent as <c>Sec-WebSocket-Key</c>.</param>
    /// <param name="offeredSubprotocols">What was sent as <c>Sec-WebSocket-Protocol</c>.</param>
    /// <param name="offeredDeflate">What was sent as <c>Sec-WebSocket-Extensions</c>.</param>
    /// <exception cref="WebSocketHandshakeException">A rule is broken.</exception>
    public static UpgradeAnswer Check(ResponseHead head, ReadOnlySpan<byte> key, IReadOnlyList<string> offeredSubprotocols, DeflateOffer? offeredDeflate)
    {
        if (head.Status != SwitchingProtocols)
            throw Refused(head, default);
        Require(head.MinorVersion >= 1, head, "The answer is HTTP/1.0, which has no 101 (RFC 9110 section 15.2)");
        CheckUpgrade(head);
        CheckConnection(head);
        CheckAccept(head, key);
        DeflateParameters? deflate = ReadExtensions(head, offeredDeflate);
        string? subprotocol = ReadSubprotocol(head, offeredSubprotocols);
        CheckBody(head);
        return new(subprotocol, deflate);
    }

    /// <summary>What to throw for a status other than 101, once the body is there.</summary>
    public static WebSocketHandshakeException Refused(ResponseHead head, ReadOnlyMemory<byte> body)
    {
        string phrase = StatusPhrases.Of(head.Status);
        string named = phrase.Length == 0 ? $"{head.Status}" : $"{head.Status} {phrase}";
        return new(head.Status, $"The server answered {named} instead of 101 (RFC 6455 section 4.1)", head.Headers.All(), body);
    }

    private static void CheckUpgrade(ResponseHead head)
    {
        int count = head.Headers.Count("Upgrade"u8, out ReadOnlySpan<byte> upgrade);
        Require(count > 0, head, "The answer has no Upgrade (RFC 6455 section 4.1)");
        Require(count == 1, head, "Upgrade is given twice (RFC 6455 section 4.1)");
        if (!Ascii.EqualsIgnoreCase(upgrade, "websocket"u8))
            Fail(head, $"Upgrade is {Quoted.Text(upgrade)} and not websocket (RFC 6455 section 4.1)");
    }

    private static void CheckConnection(ResponseHead head)
    {
        int count = head.Headers.Count("Connection"u8, out ReadOnlySpan<byte> connection);
        Require(count > 0, head, "The answer has no Connection (RFC 6455 section 4.1)");
        if (!head.Headers.ListContains("Connection"u8, "Upgrade"u8))
            Fail(head, $"Connection is {Quoted.Text(connection)} and does not name Upgrade (RFC 6455 section 4.1)");
    }

    /// <summary>Byte for byte: base64 has upper and lower case.</summary>
    private static void CheckAccept(ResponseHead head, ReadOnlySpan<byte> key)
    {
        Span<byte> expected = stackalloc byte[AcceptKey.AcceptBytes];
        AcceptKey.Compute(key, expected);
        int count = head.Headers.Count("Sec-WebSocket-Accept"u8, out ReadOnlySpan<byte> accept);
        Require(count > 0, head, "The answer has no Sec-WebSocket-Accept (RFC 6455 section 4.1)");
        Require(count == 1, head, "Sec-WebSocket-Accept is given twice (RFC 6455 section 11.3.3)");
        if (!accept.SequenceEqual(expected))
            Fail(head, $"Sec-WebSocket-Accept is {Quoted.Text(accept)} and not the value that belongs to the key (RFC 6455 section 4.1)");
    }

    private static DeflateParameters? ReadExtensions(ResponseHead head, DeflateOffer? offered)
    {
        if (head.Headers.Count(ExtensionOffer.HeaderName, out ReadOnlySpan<byte> extensions) == 0)
            return null;
        if (offered is not { } offer)
        {
            Fail(head, $"Sec-WebSocket-Extensions is {Quoted.Text(extensions)}, which was not asked for (RFC 6455 section 4.1)");
            return null;
        }
        try
        {
            if (offer.FindFault(head, out DeflateParameters? agreed) is { } rule)
                Fail(head, rule);
            return agreed;
        }
        catch (WebSocketHandshakeException syntax) when (syntax.Status == Refusal.BadRequest)   // as a request would be answered
        {
            Fail(head, syntax.Message);
            return null;
        }
    }

    /// <summary>What was offered is never repeated in a message: where pages must show a token, it is one of the subprotocols.</summary>
    private static string? ReadSubprotocol(ResponseHead head, IReadOnlyList<string> offered)
    {
        int count = head.Headers.Count("Sec-WebSocket-Protocol"u8, out ReadOnlySpan<byte> chosen);
        if (count == 0)
            return null;
        Require(count == 1, head, "Sec-WebSocket-Protocol is given twice (RFC 6455 section 11.3.4)");
        Require(!chosen.Contains((byte)','), head, "Sec-WebSocket-Protocol names several subprotocols (RFC 6455 section 4.2.2)");
        for (int i = 0; i < offered.Count; i++)
            if (Ascii.Equals(chosen, offered[i]))
                return offered[i];
        for (int i = 0; i < offered.Count; i++)
            Require(!Ascii.EqualsIgnoreCase(chosen, offered[i]), head, "Sec-WebSocket-Protocol differs in case from what was asked for (RFC 6455 section 4.1)");
        Fail(head, $"Sec-WebSocket-Protocol is {Quoted.Text(chosen)}, which was not asked for (RFC 6455 section 4.1)");
        return null;
    }

    /// <summary>Behind the head come frames (RFC 9112 section 6.3): a head that tells of anything else was not meant so. Some servers say that there are 0 bytes of a body, which is true.</summary>
    private static void CheckBody(ResponseHead head)
    {
        int lengths = head.Headers.Count("Content-Length"u8, out ReadOnlySpan<byte> length);
        Require(lengths <= 1, head, "Content-Length is given twice (RFC 9110 section 8.6)");
        if (lengths == 1 && !length.SequenceEqual("0"u8))
            Fail(head, $"Content-Length is {Quoted.Text(length)} in a 101, which has no body (RFC 9110 section 8.6)");
        Require(head.Headers.Count("Transfer-Encoding"u8, out _) == 0, head, "Transfer-Encoding stands in a 101, which has no body (RFC 9112 section 6.1)");
    }

    private static void Require([DoesNotReturnIf(false)] bool holds, ResponseHead head, string rule)
    {
        if (!holds)
            Fail(head, rule);
    }

    [DoesNotReturn]
    private static void Fail(ResponseHead head, string rule) => throw new WebSocketHandshakeException(head.Status, rule, head.Headers.All());
}
