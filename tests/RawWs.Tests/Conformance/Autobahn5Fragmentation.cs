using RawWs.Tests.Support;
using static RawWs.Tests.Conformance.AutobahnNotation;

namespace RawWs.Tests.Conformance;

/// <summary>Section 5: fragmentation (RFC 6455 section 5.4).</summary>
internal static class Autobahn5Fragmentation
{
    private static readonly RawFrame First = Text("fragment1", fin: false);
    private static readonly RawFrame Second = More("fragment2", fin: true);
    private static readonly RawFrame Both = Text("fragment1fragment2");
    private static readonly RawFrame Hello = Text("Hello, world!");
    private static readonly RawFrame OrphanFinal = More("non-continuation payload", fin: true);
    private static readonly RawFrame Orphan = More("non-continuation payload", fin: false);

    public static AutobahnCase[] Cases { get; } =
    [
        // control frames are not fragmented
        new("5.1", [Send(Ping("fragment1", fin: false), Second), new Failed(1002)]),
        new("5.2", [Send(Pong("fragment1", fin: false), Second), new Failed(1002)]),

        // a message of two fragments, and a ping between them
        new("5.3", [Send(First, Second), Get(Both), .. Clean]),
        new("5.4", [.. SendByFrame(First, Second), Get(Both), .. Clean]),
        new("5.5", [SendChopped(1, First, Second), Get(Both), .. Clean]),
        new("5.6", [Send(First, Ping("ping payload"), Second), Get(Pong("ping payload")), Get(Both), .. Clean]),
        new("5.7", [.. SendByFrame(First, Ping("ping payload"), Second), Get(Pong("ping payload")), Get(Both), .. Clean]),
        new("5.8", [SendChopped(1, First, Ping("ping payload"), Second), Get(Pong("ping payload")), Get(Both), .. Clean]),

        // nothing to continue
        new("5.9", [Send(OrphanFinal, Hello), new Failed(1002)]),
        new("5.10", [.. SendByFrame(OrphanFinal, Hello), new Failed(1002)]),
        new("5.11", [SendChopped(1, OrphanFinal, Hello), new Failed(1002)]),
        new("5.12", [Send(Orphan, Hello), new Failed(1002)]),
        new("5.13", [.. SendByFrame(Orphan, Hello), new Failed(1002)]),
        new("5.14", [SendChopped(1, Orphan, Hello), new Failed(1002)]),
        new("5.15", [Send(First, Second, More("fragment3", fin: false), Text("fragment4")), Get(Both), new Failed(1002)]),
        new("5.16", [Send(OrphanThenMessageTwice(fin: false)), new Failed(1002)]),
        new("5.17", [Send(OrphanThenMessageTwice(fin: true)), new Failed(1002)]),

        // a message begins within another
        new("5.18", [Send(First, Text("fragment2")), new Failed(1002)]),

        // the first ping is answered before the message is whole
        new("5.19", [Send(Beginning), Get(Pong("pongme 1!")), Send(Rest), Get(Pong("pongme 2!")), Get(Whole), .. Clean]),
        new("5.20", [.. SendByFrame(Beginning), Get(Pong("pongme 1!")), .. SendByFrame(Rest), Get(Pong("pongme 2!")), Get(Whole), .. Clean]),
    ];

    private static RawFrame[] Beginning => [First, More("fragment2", fin: false), Ping("pongme 1!")];

    private static RawFrame[] Rest => [More("fragment3", fin: false), More("fragment4", fin: false), Ping("pongme 2!"), More("fragment5", fin: true)];

    private static RawFrame Whole => Text("fragment1fragment2fragment3fragment4fragment5");

    private static RawFrame[] OrphanThenMessageTwice(bool fin)
    {
        RawFrame[] once = [More("fragment1", fin), Text("fragment2", fin: false), More("fragment3", fin: true)];
        return [.. once, .. once];
    }
}
