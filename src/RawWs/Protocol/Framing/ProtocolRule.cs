using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace RawWs.Protocol.Framing;

/// <summary>Turns a broken rule into the exception that fails the connection, at the cost of one branch while it holds.</summary>
internal static class ProtocolRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require([DoesNotReturnIf(false)] bool holds, string rule, string section)
    {
        if (!holds) Fail(WebSocketCloseStatus.ProtocolError, rule, section);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require([DoesNotReturnIf(false)] bool holds, WebSocketCloseStatus answer, string rule, string section)
    {
        if (!holds) Fail(answer, rule, section);
    }

    /// <summary>Judged at a frame's header as well as over a message's frames.</summary>
    public static void RequireAcceptableSize(bool fits) =>
        Require(fits, WebSocketCloseStatus.MessageTooBig, "The message must not be larger than this end accepts", "RFC 6455 section 7.4.1");

    [DoesNotReturn]
    private static void Fail(WebSocketCloseStatus answer, string rule, string section) =>
        throw new WebSocketProtocolException(answer, rule, section);
}
