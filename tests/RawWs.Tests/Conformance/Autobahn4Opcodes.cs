using static RawWs.Tests.Conformance.AutobahnNotation;

namespace RawWs.Tests.Conformance;

/// <summary>Section 4: reserved opcodes (RFC 6455 section 5.2). The echo of what was whole before comes back, the pong does not.</summary>
internal static class Autobahn4Opcodes
{
    private const string Hello = "Hello, world!";

    public static AutobahnCase[] Cases { get; } =
    [
        new("4.1.1", [Send(Reserved(3)), new Failed(1002)]),
        new("4.1.2", [Send(Reserved(4, "reserved opcode payload")), new Failed(1002)]),
        new("4.1.3", [Send(Text(Hello), Reserved(5), Ping()), Get(Text(Hello)), new Failed(1002)]),
        new("4.1.4", [Send(Text(Hello), Reserved(6, Hello), Ping()), Get(Text(Hello)), new Failed(1002)]),
        new("4.1.5", [SendChopped(1, Text(Hello), Reserved(7, Hello), Ping()), Get(Text(Hello)), new Failed(1002)]),
        new("4.2.1", [Send(Reserved(11)), new Failed(1002)]),
        new("4.2.2", [Send(Reserved(12, "reserved opcode payload")), new Failed(1002)]),
        new("4.2.3", [Send(Text(Hello), Reserved(13), Ping()), Get(Text(Hello)), new Failed(1002)]),
        new("4.2.4", [Send(Text(Hello), Reserved(14, Hello), Ping()), Get(Text(Hello)), new Failed(1002)]),
        new("4.2.5", [SendChopped(1, Text(Hello), Reserved(15, Hello), Ping()), Get(Text(Hello)), new Failed(1002)]),
    ];
}
