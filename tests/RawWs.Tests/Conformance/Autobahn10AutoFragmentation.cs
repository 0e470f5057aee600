using static RawWs.Tests.Conformance.AutobahnNotation;

namespace RawWs.Tests.Conformance;

/// <summary>Section 10: a message that the sender fragments by itself, here into 51 frames.</summary>
internal static class Autobahn10AutoFragmentation
{
    public static AutobahnCase[] Cases { get; } =
    [
        new("10.1.1", [Send(Fragments(Text(Stars(65536)), 1300)), Get(Text(Stars(65536))), .. Clean]),
    ];
}
