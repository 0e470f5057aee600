using System.Buffers.Binary;
using System.Globalization;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using RawWs.Protocol.Framing;

namespace RawWs.Diagnostics;

/// <summary>Writes a frame as a line that can be laid beside the figure of RFC 6455 section 5.2.</summary>
internal static class FrameText
{
    private const int CloseCodeBytes = sizeof(ushort);

    /// <param name="header">The frame's header.</param>
    /// <param name="payload">The start of the payload, unmasked, or all of it.</param>
    /// <param name="type">The opcode, of a continuation that of its message.</param>
    public static string Of(in FrameHeader header, ReadOnlySpan<byte> payload, Opcode type)
    {
        string text = Payload(type, payload, header.Length);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{header.Opcode} FIN={Bit(header.IsFinal)} RSV={Bit(header.Rsv1)}00 length={header.Length} key={Key(header)}{(text.Length > 0 ? " " : "")}{text} (section {SectionOf(header.Opcode)}{(header.Rsv1 ? ", compressed: RFC 7692 section 6" : "")})");
    }

    /// <summary>Where RFC 6455 says what a frame of this kind is.</summary>
    private static string SectionOf(Opcode opcode) => opcode switch
    {
        Opcode.Text or Opcode.Binary => "5.6",
        Opcode.Continuation => "5.4",
        Opcode.Close => "5.5.1",
        Opcode.Ping => "5.5.2",
        Opcode.Pong => "5.5.3",
        _ => "5.2",
    };

    private static char Bit(bool isSet) => isSet ? '1' : '0';

    private static string Key(in FrameHeader header)
    {
        uint key = header.MaskKey;
        Span<byte> wire = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(wire, key);
        return header.IsMasked ? BinaryPrimitives.ReadUInt32BigEndian(wire).ToString("x8", CultureInfo.InvariantCulture) : "none";
    }

    private static string Payload(Opcode type, ReadOnlySpan<byte> payload, long length) => type switch
    {
        Opcode.Text => PayloadText.Text(payload, length),
        Opcode.Close when payload.Length >= CloseCodeBytes => Close(payload, length),
        Opcode.Ping or Opcode.Pong when PayloadText.IsReadable(payload) => PayloadText.Text(payload, length),
        _ => PayloadText.Hex(payload, length),
    };

    private static string Close(ReadOnlySpan<byte> payload, long length)
    {
        WebSocketCloseStatus code = (WebSocketCloseStatus)BinaryPrimitives.ReadUInt16BigEndian(payload);
        string name = Enum.IsDefined(code) ? $" {code}" : "";
        string reason = length > CloseCodeBytes ? " " + PayloadText.Text(payload[CloseCodeBytes..], length - CloseCodeBytes) : "";
        return string.Create(CultureInfo.InvariantCulture, $"{(int)code}{name}{reason}");
    }
}
