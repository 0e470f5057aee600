namespace RawWs.Protocol.Framing;

/// <summary>What a frame is (RFC 6455 section 5.2); 3 to 7 and 11 to 15 are reserved.</summary>
internal enum Opcode : byte
{
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
}

internal static class OpcodeRules
{
    /// <summary>Control frames have the highest bit of the opcode set (section 5.5).</summary>
    public static bool IsControl(this Opcode opcode) => ((byte)opcode & 0x8) != 0;

    /// <summary>Whether the RFC gives this value a meaning (section 5.2).</summary>
    public static bool IsKnown(this Opcode opcode) => opcode is <= Opcode.Binary or (>= Opcode.Close and <= Opcode.Pong);
}
