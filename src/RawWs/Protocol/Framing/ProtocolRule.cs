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

    [DoesNotReturn]
    private static void Fail(WebSocketCloseStatus answer, string rule, string section) =>
        throw new WebSocketProtocolException(answer, rule, section);
}
