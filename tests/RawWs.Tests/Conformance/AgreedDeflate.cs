using System.Globalization;

namespace RawWs.Tests.Conformance;

/// <summary>What a server's answer says, read without the library's own code.</summary>
internal sealed record AgreedDeflate(bool ServerTakeover, bool ClientTakeover, int ServerWindowBits, int ClientWindowBits)
{
    public static AgreedDeflate Read(string? answer)
    {
        string[] parts = (answer ?? "").Split(';', StringSplitOptions.TrimEntries);
        if (parts[0] != "permessage-deflate") throw new FormatException($"No permessage-deflate: {answer}");
        return new(
            !parts.Contains("server_no_context_takeover"),
            !parts.Contains("client_no_context_takeover"),
            Bits(parts, "server_max_window_bits="),
            Bits(parts, "client_max_window_bits="));
    }

    private static int Bits(string[] parts, string name) =>
        parts.FirstOrDefault(part => part.StartsWith(name, StringComparison.Ordinal)) is { } part
            ? int.Parse(part.AsSpan(name.Length), CultureInfo.InvariantCulture)
            : 15;
}
