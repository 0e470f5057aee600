using System.Diagnostics.CodeAnalysis;

namespace RawWs.Protocol.Handshake;

/// <summary>Turns a broken rule of the handshake into the exception that carries its answer.</summary>
internal static class Refusal
{
    public const int BadRequest = 400;

    public static void Require([DoesNotReturnIf(false)] bool holds, string rule)
    {
        if (!holds)
            Throw(BadRequest, rule);
    }

    public static void Require([DoesNotReturnIf(false)] bool holds, int status, string rule)
    {
        if (!holds)
            Throw(status, rule);
    }

    [DoesNotReturn]
    public static void Throw(int status, string rule) => throw new WebSocketHandshakeException(status, rule);
}
