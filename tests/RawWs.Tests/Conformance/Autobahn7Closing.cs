using static RawWs.Tests.Conformance.AutobahnNotation;

namespace RawWs.Tests.Conformance;

/// <summary>Section 7: closing (RFC 6455 sections 5.5.1 and 7). A code that is legal on the wire is answered with itself.</summary>
internal static class Autobahn7Closing
{
    private static readonly Payload InvalidUtf8 = Hex("ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64");

    public static AutobahnCase[] Cases { get; } =
    [
        // what follows a close frame is ignored
        Echo("7.1.1", Text("Hello World!")),
        new("7.1.2", [Send(Close(1000), BareClose()), new Closed(1000)]),
        new("7.1.3", [Send(Close(1000), Ping()), new Closed(1000)]),
        new("7.1.4", [Send(Close(1000), Text("Hello World!")), new Closed(1000)]),
        new("7.1.5", [Send(Text("fragment1", fin: false), Close(1000), More("fragment2", fin: true)), new Closed(1000)]),

        // the suite only notes what happens here; messages that were whole before the close come back first
        new("7.1.6",
            [Send(Text(Fill("BAsd7&jh23", 256 * KiB)), Text("Hello World!"), Close(1000), Ping()),
                Get(Text(Fill("BAsd7&jh23", 256 * KiB))), Get(Text("Hello World!")), new Closed(1000)]),

        // lengths of the payload: none, 1, 2, with a reason, the longest reason, a byte more
        new("7.3.1", [Send(BareClose()), new Closed(null)]),
        new("7.3.2", [Send(BareClose("a")), new Failed(1002)]),
        new("7.3.3", [Send(Close(1000)), new Closed(1000)]),
        new("7.3.4", [Send(Close(1000, "Hello World!")), new Closed(1000)]),
        new("7.3.5", [Send(Close(1000, Stars(123))), new Closed(1000)]),
        new("7.3.6", [Send(Close(1000, Stars(124))), new Failed(1002)]),

        new("7.5.1", [Send(Close(1000, InvalidUtf8)), new Failed(1007)]),

        // codes that are legal on the wire
        new("7.7.1", [Send(Close(1000)), new Closed(1000)]),
        new("7.7.2", [Send(Close(1001)), new Closed(1001)]),
        new("7.7.3", [Send(Close(1002)), new Closed(1002)]),
        new("7.7.4", [Send(Close(1003)), new Closed(1003)]),
        new("7.7.5", [Send(Close(1007)), new Closed(1007)]),
        new("7.7.6", [Send(Close(1008)), new Closed(1008)]),
        new("7.7.7", [Send(Close(1009)), new Closed(1009)]),
        new("7.7.8", [Send(Close(1010)), new Closed(1010)]),
        new("7.7.9", [Send(Close(1011)), new Closed(1011)]),
        new("7.7.10", [Send(Close(3000)), new Closed(3000)]),
        new("7.7.11", [Send(Close(3999)), new Closed(3999)]),
        new("7.7.12", [Send(Close(4000)), new Closed(4000)]),
        new("7.7.13", [Send(Close(4999)), new Closed(4999)]),

        // codes that are not
        new("7.9.1", [Send(Close(0)), new Failed(1002)]),
        new("7.9.2", [Send(Close(999)), new Failed(1002)]),
        new("7.9.3", [Send(Close(1004)), new Failed(1002)]),
        new("7.9.4", [Send(Close(1005)), new Failed(1002)]),
        new("7.9.5", [Send(Close(1006)), new Failed(1002)]),
        new("7.9.6", [Send(Close(1016)), new Failed(1002)]),
        new("7.9.7", [Send(Close(1100)), new Failed(1002)]),
        new("7.9.8", [Send(Close(2000)), new Failed(1002)]),
        new("7.9.9", [Send(Close(2999)), new Failed(1002)]),

        // codes beyond all ranges: the suite only notes the answer, ours is the same 1002
        new("7.13.1", [Send(Close(5000)), new Failed(1002)]),
        new("7.13.2", [Send(Close(65535)), new Failed(1002)]),
    ];
}
