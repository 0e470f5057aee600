namespace RawWs.Tests.Conformance;

/// <summary>The cases of the published suite, by their public numbers.</summary>
internal static class AutobahnSuite
{
    /// <summary>Sections 1 to 7, 9 and 10.</summary>
    public static IReadOnlyList<AutobahnCase> Cases { get; } =
    [
        .. Autobahn1Framing.Cases,
        .. Autobahn2Pings.Cases,
        .. Autobahn3ReservedBits.Cases,
        .. Autobahn4Opcodes.Cases,
        .. Autobahn5Fragmentation.Cases,
        .. Autobahn6Utf8.Cases,
        .. Autobahn7Closing.Cases,
        .. Autobahn9Limits.Cases,
        .. Autobahn10AutoFragmentation.Cases,
    ];

    /// <summary>Sections 12 and 13: permessage-deflate.</summary>
    public static IReadOnlyList<CompressionCase> CompressionCases { get; } = [.. Autobahn12Compression.Cases, .. Autobahn13Parameters.Cases];
}
