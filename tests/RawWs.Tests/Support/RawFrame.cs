using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace RawWs.Tests.Support;

/// <summary>One frame as it lies on the wire (RFC 6455 section 5.2), legal or not, written and shown without the library's own code.</summary>
internal sealed record RawFrame(int Opcode, ReadOnlyMemory<byte> Payload, bool IsFinal = true, int Rsv = 0)
{
    public const int Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    /// <summary>The mask key of the RFC's own example (section 5.7): bytes that a test sends are the same in each run.</summary>
    private static ReadOnlySpan<byte> MaskKey => [0x37, 0xfa, 0x21, 0x3d];

    /// <summary>The code of a close frame; <see langword="null"/> when it has none (section 5.5.1).</summary>
    public int? CloseCode => Payload.Length < 2 ? null : BinaryPrimitives.ReadUInt16BigEndian(Payload.Span);

    /// <summary>The reason of a close frame.</summary>
    public string CloseReason => Encoding.UTF8.GetString(Payload.Span[Math.Min(2, Payload.Length)..]);

    /// <summary>The payload of a close frame (section 5.5.1).</summary>
    public static byte[] ClosePayload(int code, ReadOnlySpan<byte> reason) => [(byte)(code >> 8), (byte)code, .. reason];

    /// <summary>The bytes of the frame, masked as a client's.</summary>
    public byte[] ToMaskedBytes() => ToBytes(isMasked: true);

    /// <summary>The bytes of the frame, as a server's when it is not masked.</summary>
    public byte[] ToBytes(bool isMasked)
    {
        ArrayBufferWriter<byte> output = new(Payload.Length + 14);
        Write(output, isMasked);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes the frame, masked as a client's or plain as a server's (section 5.1).</summary>
    public void Write(IBufferWriter<byte> output, bool isMasked)
    {
        Span<byte> header = output.GetSpan(14);
        header[0] = (byte)((IsFinal ? 0x80 : 0) | Rsv << 4 | Opcode);
        int size = 2;
        switch (Payload.Length)
        {
            case <= 125:
                header[1] = (byte)Payload.Length;
                break;
            case <= ushort.MaxValue:
                header[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)Payload.Length);
                size = 4;
                break;
            default:
                header[1] = 127;
                BinaryPrimitives.WriteInt64BigEndian(header[2..], Payload.Length);
                size = 10;
                break;
        }

        if (isMasked)
        {
            header[1] |= 0x80;
            MaskKey.CopyTo(header[size..]);
            size += MaskKey.Length;
        }

        output.Advance(size);
        Span<byte> payload = output.GetSpan(Payload.Length);
        Payload.Span.CopyTo(payload);
        if (isMasked) ApplyMask(payload[..Payload.Length], MaskKey);
        output.Advance(Payload.Length);
    }

    /// <summary>Masks a payload, or takes its mask off (section 5.3).</summary>
    public static void ApplyMask(Span<byte> payload, ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < payload.Length; i++)
            payload[i] ^= key[i & 3];
    }

    /// <summary>One line for the message of a failed test.</summary>
    public override string ToString()
    {
        string first = Convert.ToHexString(Payload.Span[..Math.Min(64, Payload.Length)]);
        return $"frame of opcode {Opcode}, FIN {(IsFinal ? 1 : 0)}, RSV {Rsv}, {Payload.Length} bytes {first}"
            + (Opcode == Close ? $" (close {CloseCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "without a code"} '{CloseReason}')" : "");
    }
}
