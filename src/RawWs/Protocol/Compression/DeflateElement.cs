using RawWs.Protocol.Handshake;

namespace RawWs.Protocol.Compression;

/// <summary>One offer or answer of permessage-deflate as its header has it (RFC 7692 section 7.1), read without a string of its own.</summary>
/// <remarks>Names compare with case, as Node ws and Chromium compare them.</remarks>
internal struct DeflateElement
{
    /// <summary>What a window is that was named without a value.</summary>
    public const int NoValue = 0;

    public bool ServerNoContextTakeover { get; private set; }

    public bool ClientNoContextTakeover { get; private set; }

    /// <summary>8 to 15; <see langword="null"/> when it was not named.</summary>
    public int? ServerMaxWindowBits { get; private set; }

    /// <summary>8 to 15, or <see cref="NoValue"/>, which only an offer may have; <see langword="null"/> when it was not named.</summary>
    public int? ClientMaxWindowBits { get; private set; }

    /// <summary>The first rule that a parameter breaks; whoever answers declines the offer then, whoever offered fails.</summary>
    public string? Fault { get; private set; }

    public static bool IsNamed(ReadOnlySpan<byte> name) => name.SequenceEqual("permessage-deflate"u8);

    /// <summary>Takes all parameters of the element whose name was read, whatever they are.</summary>
    public static DeflateElement Read(ref ExtensionCursor cursor)
    {
        DeflateElement element = default;
        while (cursor.TryReadParameter(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            element.Fault ??= element.Add(name, value);
        return element;
    }

    private string? Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("server_no_context_takeover"u8))
            return AddServerNoContextTakeover(value);
        if (name.SequenceEqual("client_no_context_takeover"u8))
            return AddClientNoContextTakeover(value);
        if (name.SequenceEqual("server_max_window_bits"u8))
            return AddServerMaxWindowBits(value);
        if (name.SequenceEqual("client_max_window_bits"u8))
            return AddClientMaxWindowBits(value);
        return "permessage-deflate has an unknown parameter (RFC 7692 section 7.1)";
    }

    private string? AddServerNoContextTakeover(ReadOnlySpan<byte> value)
    {
        if (ServerNoContextTakeover)
            return "server_no_context_takeover is given twice (RFC 7692 section 7.1)";
        ServerNoContextTakeover = true;
        return value.IsEmpty ? null : "server_no_context_takeover has a value (RFC 7692 section 7.1.1.1)";
    }

    private string? AddClientNoContextTakeover(ReadOnlySpan<byte> value)
    {
        if (ClientNoContextTakeover)
            return "client_no_context_takeover is given twice (RFC 7692 section 7.1)";
        ClientNoContextTakeover = true;
        return value.IsEmpty ? null : "client_no_context_takeover has a value (RFC 7692 section 7.1.1.2)";
    }

    private string? AddServerMaxWindowBits(ReadOnlySpan<byte> value)
    {
        if (ServerMaxWindowBits is not null)
            return "server_max_window_bits is given twice (RFC 7692 section 7.1)";
        ServerMaxWindowBits = WindowBits(value);
        return ServerMaxWindowBits is null or NoValue ? "server_max_window_bits is not a number from 8 to 15 (RFC 7692 section 7.1.2.1)" : null;
    }

    private string? AddClientMaxWindowBits(ReadOnlySpan<byte> value)
    {
        if (ClientMaxWindowBits is not null)
            return "client_max_window_bits is given twice (RFC 7692 section 7.1)";
        ClientMaxWindowBits = WindowBits(value);
        return ClientMaxWindowBits is null ? "client_max_window_bits is not a number from 8 to 15 (RFC 7692 section 7.1.2.2)" : null;
    }

    /// <summary>A decimal number without leading zeros, quoted or not (RFC 7692 section 7.1.2); <see langword="null"/> when it is anything else.</summary>
    private static int? WindowBits(ReadOnlySpan<byte> value)
    {
        int bits = NoValue;
        foreach (byte character in value)
        {
            if (character is (byte)'"' or (byte)'\\')                   // only ever of the quotes: no token has them
                continue;
            if (character is < (byte)'0' or > (byte)'9' || (bits == 0 && character == '0') || bits > DeflateParameters.MaxWindowBits)
                return null;
            bits = (bits * 10) + character - '0';
        }
        return value.IsEmpty || bits is >= DeflateParameters.MinWindowBits and <= DeflateParameters.MaxWindowBits ? bits : null;
    }
}
