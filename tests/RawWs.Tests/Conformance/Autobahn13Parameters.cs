using static RawWs.Tests.Conformance.Autobahn12Compression;

namespace RawWs.Tests.Conformance;

/// <summary>Section 13: the parameters of permessage-deflate (RFC 7692 section 7.1).</summary>
internal static class Autobahn13Parameters
{
    public static CompressionCase[] Cases { get; } =
    [
        .. Rows("13.1", CompressionData.Json, new DeflateWish()),
        .. Rows("13.2", CompressionData.Json, new DeflateWish(NoContextTakeover: true)),
        .. Rows("13.3", CompressionData.Json, new DeflateWish(WindowBits: 9)),
        .. Rows("13.4", CompressionData.Json, new DeflateWish(WindowBits: 15)),
        .. Rows("13.5", CompressionData.Json, new DeflateWish(NoContextTakeover: true, WindowBits: 9)),
        .. Rows("13.6", CompressionData.Json, new DeflateWish(NoContextTakeover: true, WindowBits: 15)),
        .. Rows("13.7", CompressionData.Json, new DeflateWish(NoContextTakeover: true, WindowBits: 9), new DeflateWish(NoContextTakeover: true), new DeflateWish()),
    ];
}
