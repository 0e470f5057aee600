using static RawWs.Tests.Conformance.AutobahnNotation;

namespace RawWs.Tests.Conformance;

/// <summary>Section 3: reserved bits without an extension (RFC 6455 section 5.2). The echo of what was whole before comes back, the pong does not.</summary>
internal static class Autobahn3ReservedBits
{
    private const string Hello = "Hello, world!";

    public static AutobahnCase[] Cases { get; } =
    [
        new("3.1", [Send(Text(Hello, rsv: 1)), new Failed(1002)]),
        new("3.2", [Send(Text(Hello), Text(Hello, rsv: 2), Ping()), Get(Text(Hello)), new Failed(1002)]),
        new("3.3", [.. SendByFrame(Text(Hello), Text(Hello, rsv: 3), Ping()), Get(Text(Hello)), new Failed(1002)]),
        new("3.4", [SendChopped(1, Text(Hello), Text(Hello, rsv: 4), Ping()), Get(Text(Hello)), new Failed(1002)]),
        new("3.5", [Send(Binary(Hex("00 ff fe fd fc fb 00 ff"), rsv: 5)), new Failed(1002)]),
        new("3.6", [Send(Binary(Hello, rsv: 6)), new Failed(1002)]), // the suite's text says ping; what it sends is this
        new("3.7", [Send(BareClose(rsv: 7)), new Failed(1002)]),
    ];
}
