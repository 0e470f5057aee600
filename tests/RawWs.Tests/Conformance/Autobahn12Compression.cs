namespace RawWs.Tests.Conformance;

/// <summary>Section 12: five kinds of data with the offer that every browser makes.</summary>
internal static class Autobahn12Compression
{
    /// <summary>The size of a message, and of its fragments; the same rows in section 13.</summary>
    public static IReadOnlyList<(int Length, int FragmentBytes)> Sizes { get; } =
    [
        (16, 0),
        (64, 0),
        (256, 0),
        (1024, 0),
        (4096, 0),
        (8192, 0),
        (16384, 0),
        (32768, 0),
        (65536, 0),
        (131072, 0),
        (8192, 256),
        (16384, 256),
        (32768, 256),
        (65536, 256),
        (131072, 256),
        (131072, 1024),
        (131072, 4096),
        (131072, 32768),
    ];

    public static CompressionCase[] Cases { get; } =
    [
        .. Rows("12.1", CompressionData.Json, new DeflateWish()),
        .. Rows("12.2", CompressionData.Bitmap, new DeflateWish()),
        .. Rows("12.3", CompressionData.Prose, new DeflateWish()),
        .. Rows("12.4", CompressionData.Html, new DeflateWish()),
        .. Rows("12.5", CompressionData.Pdf, new DeflateWish()),
    ];

    public static IEnumerable<CompressionCase> Rows(string section, CompressionData data, params DeflateWish[] wishes) =>
        Sizes.Select((size, i) => new CompressionCase($"{section}.{i + 1}", data, size.Length, size.FragmentBytes, wishes));
}
