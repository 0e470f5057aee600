using RawWs.Tests.Support;
using static RawWs.Tests.Conformance.AutobahnNotation;

namespace RawWs.Tests.Conformance;

/// <summary>Section 9: large messages, many fragments, many writes, many messages. The rows are data; a payload is made when its case is played.</summary>
internal static class Autobahn9Limits
{
    public static AutobahnCase[] Cases { get; } =
    [
        Whole("9.1.1", SomeText, 64 * KiB),
        Whole("9.1.2", SomeText, 256 * KiB),
        Whole("9.1.3", SomeText, 1 * MiB),
        Whole("9.1.4", SomeText, 4 * MiB),
        Whole("9.1.5", SomeText, 8 * MiB),
        Whole("9.1.6", SomeText, 16 * MiB),

        Whole("9.2.1", SomeBytes, 64 * KiB),
        Whole("9.2.2", SomeBytes, 256 * KiB),
        Whole("9.2.3", SomeBytes, 1 * MiB),
        Whole("9.2.4", SomeBytes, 4 * MiB),
        Whole("9.2.5", SomeBytes, 8 * MiB),
        Whole("9.2.6", SomeBytes, 16 * MiB),

        // 4 MiB in fragments of that size, and a last one that is empty: up to 65,537 frames
        Fragmented("9.3.1", Text, "*", 64),
        Fragmented("9.3.2", Text, "*", 256),
        Fragmented("9.3.3", Text, "*", 1 * KiB),
        Fragmented("9.3.4", Text, "*", 4 * KiB),
        Fragmented("9.3.5", Text, "*", 16 * KiB),
        Fragmented("9.3.6", Text, "*", 64 * KiB),
        Fragmented("9.3.7", Text, "*", 256 * KiB),
        Fragmented("9.3.8", Text, "*", 1 * MiB),
        Fragmented("9.3.9", Text, "*", 4 * MiB),

        Fragmented("9.4.1", Binary, Hex("fe"), 64),
        Fragmented("9.4.2", Binary, "*", 256),
        Fragmented("9.4.3", Binary, "*", 1 * KiB),
        Fragmented("9.4.4", Binary, "*", 4 * KiB),
        Fragmented("9.4.5", Binary, "*", 16 * KiB),
        Fragmented("9.4.6", Binary, "*", 64 * KiB),
        Fragmented("9.4.7", Binary, "*", 256 * KiB),
        Fragmented("9.4.8", Binary, "*", 1 * MiB),
        Fragmented("9.4.9", Binary, "*", 4 * MiB),

        // 1 MiB in writes of that many bytes
        Chopped("9.5.1", SomeText, 64),
        Chopped("9.5.2", SomeText, 128),
        Chopped("9.5.3", SomeText, 256),
        Chopped("9.5.4", SomeText, 512),
        Chopped("9.5.5", SomeText, 1024),
        Chopped("9.5.6", SomeText, 2048),

        Chopped("9.6.1", SomeBytes, 64),
        Chopped("9.6.2", SomeBytes, 128),
        Chopped("9.6.3", SomeBytes, 256),
        Chopped("9.6.4", SomeBytes, 512),
        Chopped("9.6.5", SomeBytes, 1024),
        Chopped("9.6.6", SomeBytes, 2048),

        // 1000 messages of that size, each sent when the one before has come back
        RoundTrips("9.7.1", Text, "*", 0),
        RoundTrips("9.7.2", Text, "*", 16),
        RoundTrips("9.7.3", Text, "*", 64),
        RoundTrips("9.7.4", Text, "*", 256),
        RoundTrips("9.7.5", Text, "*", 1024),
        RoundTrips("9.7.6", Text, "*", 4096),

        RoundTrips("9.8.1", Binary, Hex("fe"), 0),
        RoundTrips("9.8.2", Binary, Hex("fe"), 16),
        RoundTrips("9.8.3", Binary, Hex("fe"), 64),
        RoundTrips("9.8.4", Binary, Hex("fe"), 256),
        RoundTrips("9.8.5", Binary, Hex("fe"), 1024),
        RoundTrips("9.8.6", Binary, Hex("fe"), 4096),
    ];

    private delegate RawFrame Message(Payload payload, bool fin = true, int rsv = 0);

    private static RawFrame SomeText(int length) => Text(Fill("BAsd7&jh23", length));

    private static RawFrame SomeBytes(int length) => Binary(Fill(Hex("00 fe 23 fa f0"), length));

    private static AutobahnCase Whole(string number, Func<int, RawFrame> message, int length) =>
        Lazy(number, () => message(length), whole => [Send(whole)]);

    private static AutobahnCase Fragmented(string number, Message type, Payload unit, int size) =>
        Lazy(number, () => type(Fill(unit, 4 * MiB)), whole => [Send(Fragments(whole, size))]);

    private static AutobahnCase Chopped(string number, Func<int, RawFrame> message, int chop) =>
        Lazy(number, () => message(1 * MiB), whole => [SendChopped(chop, whole)]);

    private static AutobahnCase RoundTrips(string number, Message type, Payload unit, int length)
    {
        RawFrame message = type(Fill(unit, length));
        return new(number, [.. Enumerable.Repeat<Step[]>([Send(message), Get(message)], 1000).SelectMany(trip => trip), .. Clean]);
    }

    private static AutobahnCase Lazy(string number, Func<RawFrame> make, Func<RawFrame, Step[]> send)
    {
        return new(number, Steps());

        IEnumerable<Step> Steps()
        {
            RawFrame whole = make();
            foreach (Step step in send(whole))
                yield return step;
            yield return Get(whole);
            foreach (Step step in Clean)
                yield return step;
        }
    }
}
