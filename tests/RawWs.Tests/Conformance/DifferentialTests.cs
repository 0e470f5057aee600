using System.Collections.Concurrent;
using System.Net.WebSockets;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>The same random streams into our receiver and into the framework's: they agree, or the rule stands in a list here.</summary>
public sealed class DifferentialTests
{
    private const int Streams = 300_000;
    private const int MaxMessageBytes = 256;
    private const int MaxFragments = 16;

    /// <summary>All that the two may differ in. An entry that no stream needs fails the test: it must go.</summary>
    private static readonly Difference[] Known =
    [
        // what the framework lets pass
        Stricter("The length must use the minimal number of bytes"),                 // section 5.2
        Stricter("Control frames must not be longer than 125 bytes"),                // section 5.5; a short one may announce itself in 16 or 64 bits there
        Stricter("Text must be valid UTF-8"),                                        // section 8.1; there a bad lead byte is seen one byte late, and a message may end inside a character if its last frame is empty
        Stricter("The message must not be larger than this end accepts"),                     // a limit that the framework leaves to its user
        Stricter("The message must not have more frames than this end accepts"),            // likewise

        // what one sees earlier than the other, in a stream that ends in the middle of a frame
        new("we judge each byte of a header, and text, as it comes", static (ours, theirs, _) =>
            ours.End == StreamEnd.Refused && theirs.End == StreamEnd.OutOfBytes && HaveSameMessages(ours, theirs)),
        new("we judge a close frame of one byte with that byte", static (ours, theirs, stream) =>
            ours.End == StreamEnd.OutOfBytes && theirs.End == StreamEnd.Refused && stream is [.., 0x88, 0x81, _, _, _, _] && HaveSameMessages(ours, theirs)),
    ];

    [Fact]
    public async Task The_framework_and_we_agree_on_every_stream_or_the_rule_is_listed()
    {
        ConcurrentDictionary<string, int> agreed = new();
        ConcurrentDictionary<Difference, int> differences = new();
        ConcurrentQueue<string> unknown = [];
        await Parallel.ForAsync(0, Streams, TestContext.Current.CancellationToken, async (seed, _) =>
        {
            byte[] stream = RandomFrames.Stream(seed);
            StreamOutcome ours = new OurReceiver(MaxMessageBytes, MaxFragments).Receive(stream, new Random(seed));
            StreamOutcome theirs = await StandardReceiver.ReceiveAsync(stream);

            if (Agree(ours, theirs)) agreed.AddOrUpdate(ours.End == StreamEnd.Refused ? ours.Detail : ours.End.ToString(), 1, static (_, n) => n + 1);
            else if (Array.Find(Known, known => known.Explains(ours, theirs, stream)) is { } known) differences.AddOrUpdate(known, 1, static (_, n) => n + 1);
            else unknown.Enqueue($"seed {seed}: {Convert.ToHexString(stream)}\n  ours:   {ours}\n  theirs: {theirs}\n");
        });

        Assert.True(unknown.IsEmpty, string.Concat(unknown.Take(5)));
        Assert.All(Known, known => Assert.True(differences.ContainsKey(known), $"no stream needs: {known.Name}"));
        Assert.All(Agreed, rule => Assert.True(agreed.ContainsKey(rule), $"no stream was refused by both for: {rule}"));
        Assert.InRange(agreed[nameof(StreamEnd.Closed)], Streams / 10, Streams);
    }

    /// <summary>The ends that both give to some streams: so the streams reach every rule.</summary>
    private static readonly string[] Agreed =
    [
        nameof(StreamEnd.Closed),
        nameof(StreamEnd.OutOfBytes),
        "RSV1 must be 0 unless an extension defines it",
        "RSV2 must be 0 unless an extension defines it",
        "RSV3 must be 0 unless an extension defines it",
        "Reserved opcodes must not be used",
        "A client must mask all its frames",
        "Control frames must not be fragmented",
        "Control frames must not be longer than 125 bytes",
        "The most significant bit of a 64-bit length must be 0",
        "A continuation frame must continue a message",
        "The frames of one message must not be interleaved with another message",
        "Text must be valid UTF-8",
        "The body of a close frame must begin with a 2-byte code",
        "The close code must be one that may be sent",
        "The close reason must be valid UTF-8",
    ];

    // the framework says 1000 for a close frame without a code
    private static bool Agree(StreamOutcome ours, StreamOutcome theirs) =>
        ours.End == theirs.End
        && HaveSameMessages(ours, theirs)
        && (ours.End != StreamEnd.Closed || ((ours.Status ?? WebSocketCloseStatus.NormalClosure) == theirs.Status && ours.Detail == theirs.Detail));

    private static bool HaveSameMessages(StreamOutcome ours, StreamOutcome theirs) =>
        ours.Messages.SequenceEqual(theirs.Messages) && ours.Pings.SequenceEqual(theirs.Pings);

    private static Difference Stricter(string rule) => new(rule, (ours, theirs, _) =>
        ours.End == StreamEnd.Refused && ours.Detail == rule
        && theirs.Messages.Take(ours.Messages.Count).SequenceEqual(ours.Messages)
        && theirs.Pings.Take(ours.Pings.Count).SequenceEqual(ours.Pings));

    private sealed record Difference(string Name, Func<StreamOutcome, StreamOutcome, byte[], bool> Explains);
}
