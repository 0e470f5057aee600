using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Unicode;

namespace RawWs.Protocol.Framing;

/// <summary>The code and reason that a close frame carries (RFC 6455 section 5.5.1); no status when its payload is empty.</summary>
internal readonly record struct ClosePayload(WebSocketCloseStatus? Status, string Reason)
{
    public const int MaxReasonBytes = FrameHeader.MaxControlPayload - CodeSize;

    private const int CodeSize = sizeof(ushort);

    /// <summary>Reads the payload of a received close frame.</summary>
    /// <exception cref="WebSocketProtocolException">The payload breaks a rule.</exception>
    public static ClosePayload Read(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return new ClosePayload(null, "");

        ProtocolRule.Require(payload.Length >= CodeSize, "The body of a close frame must begin with a 2-byte code", "RFC 6455 section 5.5.1");
        int code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        ReadOnlySpan<byte> reason = payload[CodeSize..];
        ProtocolRule.Require(IsLegalOnWire(code), "The close code must be one that may be sent", "RFC 6455 section 7.4");
        ProtocolRule.Require(Utf8.IsValid(reason), WebSocketCloseStatus.InvalidPayloadData, "The close reason must be valid UTF-8", "RFC 6455 section 5.5.1");
        return new ClosePayload((WebSocketCloseStatus)code, Encoding.UTF8.GetString(reason));
    }

    /// <summary>Writes what a close frame of ours carries, and returns its size.</summary>
    /// <exception cref="ArgumentException">The code may not be sent, or the reason is too long or without a code: our side's mistake.</exception>
    public int Write(Span<byte> destination)
    {
        if (Status is not { } status)
        {
            if (!string.IsNullOrEmpty(Reason)) throw new ArgumentException("A close reason needs a close code.");
            return 0;
        }
        if (!IsLegalOnWire((int)status)) throw new ArgumentException($"The close code {(int)status} may not be sent (RFC 6455 section 7.4).");
        if (Encoding.UTF8.GetByteCount(Reason) > MaxReasonBytes) throw new ArgumentException($"The close reason is longer than {MaxReasonBytes} bytes (RFC 6455 section 5.5).");

        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)status);
        return CodeSize + Encoding.UTF8.GetBytes(Reason, destination[CodeSize..]);
    }

    /// <summary>As much of a reason as a close frame can carry, cut between two characters.</summary>
    public static string Shorten(string reason)
    {
        while (Encoding.UTF8.GetByteCount(reason) > MaxReasonBytes)
            reason = reason[..^(char.IsLowSurrogate(reason[^1]) ? 2 : 1)];
        return reason;
    }

    /// <summary>Whether a close frame may carry this code: 1004 to 1006 and 1015 never appear on the wire (section 7.4.1), below 1000 and the rest of 1000 to 2999 are not assigned (7.4.2).</summary>
    public static bool IsLegalOnWire(int code) => code
        is (>= 1000 and <= 1003)
        or (>= 1007 and <= 1011)
        or (>= 1012 and <= 1014)   // IANA's registry of close codes
        or (>= 3000 and <= 4999);
}
