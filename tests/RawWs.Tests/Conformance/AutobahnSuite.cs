namespace RawWs.Tests.Conformance;

/// <summary>The cases of sections 1 to 7, 9 and 10, by their public numbers; 12 and 13 are compression.</summary>
internal static class AutobahnSuite
{
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
}
