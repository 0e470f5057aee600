using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RawWs.Protocol.Framing;

/// <summary>The header of one frame, read and written as RFC 6455 section 5.2 lays it out.</summary>
/// <param name="Opcode">What the frame is.</param>
/// <param name="IsFinal">FIN: the last frame of its message.</param>
/// <param name="Rsv1">The bit that an extension may give a meaning.</param>
/// <param name="IsMasked">Whether a mask key follows the length.</param>
/// <param name="MaskKey">The key's four bytes as they lie in memory, so that no byte order matters; 0 without a mask.</param>
/// <param name="Length">The payload's length in bytes.</param>
internal readonly record struct FrameHeader(Opcode Opcode, bool IsFinal, bool Rsv1, bool IsMasked, uint MaskKey, long Length)
{
    public const int MaxSize = 14;
    public const int MaxControlPayload = 125;

    private const string BaseFraming = "RFC 6455 section 5.2";
    private const string ControlFrames = "RFC 6455 section 5.5";
    private const string Masking = "RFC 6455 section 5.1";
    private const string Compression = "RFC 7692 section 6";

    private const byte FinBit = 0x80;
    private const byte Rsv1Bit = 0x40;
    private const byte Rsv2Bit = 0x20;
    private const byte Rsv3Bit = 0x10;
    private const byte OpcodeBits = 0x0F;
    private const byte MaskBit = 0x80;
    private const byte LengthBits = 0x7F;

    private const int MaxShortLength = 125;
    private const int Length16 = 126;
    private const int Length64 = 127;
    private const int ShortSize = 2;
    private const int Size16 = ShortSize + sizeof(ushort);
    private const int Size64 = ShortSize + sizeof(ulong);

    /// <summary>How many bytes the header takes on the wire.</summary>
    public int Size => SizeWithoutKey(Length) + (IsMasked ? sizeof(uint) : 0);

    /// <summary>Reads a header and judges each field as soon as it is there; false when bytes are missing.</summary>
    /// <exception cref="WebSocketProtocolException">The header breaks a rule.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, Role receiver, bool rsv1Allowed, out FrameHeader header, out int size)
    {
        header = default;
        size = 0;
        if (bytes.IsEmpty) return false;

        byte first = bytes[0];
        Opcode opcode = (Opcode)(first & OpcodeBits);
        bool isFinal = (first & FinBit) != 0;
        bool rsv1 = (first & Rsv1Bit) != 0;
        bool isControl = opcode.IsControl();
        ProtocolRule.Require((first & Rsv2Bit) == 0, "RSV2 must be 0 unless an extension defines it", BaseFraming);
        ProtocolRule.Require((first & Rsv3Bit) == 0, "RSV3 must be 0 unless an extension defines it", BaseFraming);
        ProtocolRule.Require(!rsv1 || rsv1Allowed, "RSV1 must be 0 unless an extension defines it", BaseFraming);
        ProtocolRule.Require(!rsv1 || !isControl, "RSV1 must be 0 on control frames", Compression);
        ProtocolRule.Require(!rsv1 || opcode != Opcode.Continuation, "RSV1 must be 0 on all but the first frame of a message", Compression);
        ProtocolRule.Require(opcode.IsKnown(), "Reserved opcodes must not be used", BaseFraming);
        ProtocolRule.Require(isFinal || !isControl, "Control frames must not be fragmented", ControlFrames);
        if (bytes.Length < ShortSize) return false;

        bool isMasked = (bytes[1] & MaskBit) != 0;
        int shortLength = bytes[1] & LengthBits;
        ProtocolRule.Require(isMasked || receiver == Role.Client, "A client must mask all its frames", Masking);
        ProtocolRule.Require(!isMasked || receiver == Role.Server, "A server must not mask any frame", Masking);
        ProtocolRule.Require(shortLength <= MaxControlPayload || !isControl, "Control frames must not be longer than 125 bytes", ControlFrames);

        if (!TryReadLength(bytes, shortLength, out long length, out int lengthEnd)) return false;
        int end = lengthEnd + (isMasked ? sizeof(uint) : 0);
        if (bytes.Length < end) return false;

        uint key = isMasked ? MemoryMarshal.Read<uint>(bytes[lengthEnd..]) : 0;
        header = new FrameHeader(opcode, isFinal, rsv1, isMasked, key, length);
        size = end;
        return true;
    }

    /// <summary>Writes the header in the shortest form and returns its size.</summary>
    public int Write(Span<byte> destination)
    {
        int lengthEnd = SizeWithoutKey(Length);
        int shortLength = lengthEnd switch
        {
            Size64 => Length64,
            Size16 => Length16,
            _ => (int)Length,
        };
        destination[0] = (byte)((byte)Opcode | (IsFinal ? FinBit : 0) | (Rsv1 ? Rsv1Bit : 0));
        destination[1] = (byte)(shortLength | (IsMasked ? MaskBit : 0));
        if (shortLength == Length16) BinaryPrimitives.WriteUInt16BigEndian(destination[ShortSize..], (ushort)Length);
        if (shortLength == Length64) BinaryPrimitives.WriteInt64BigEndian(destination[ShortSize..], Length);
        if (!IsMasked) return lengthEnd;
        MemoryMarshal.Write(destination[lengthEnd..], MaskKey);
        return lengthEnd + sizeof(uint);
    }

    private static int SizeWithoutKey(long length) => length switch
    {
        <= MaxShortLength => ShortSize,
        <= ushort.MaxValue => Size16,
        _ => Size64,
    };

    private static bool TryReadLength(ReadOnlySpan<byte> bytes, int shortLength, out long length, out int end)
    {
        (length, end) = (shortLength, ShortSize);
        if (shortLength <= MaxShortLength) return true;

        end = shortLength == Length16 ? Size16 : Size64;
        if (bytes.Length < end) return false;
        length = shortLength == Length16
            ? BinaryPrimitives.ReadUInt16BigEndian(bytes[ShortSize..])
            : BinaryPrimitives.ReadInt64BigEndian(bytes[ShortSize..]);
        ProtocolRule.Require(length >= 0, "The most significant bit of a 64-bit length must be 0", BaseFraming);
        ProtocolRule.Require(SizeWithoutKey(length) == end, "The length must use the minimal number of bytes", BaseFraming);
        return true;
    }
}
