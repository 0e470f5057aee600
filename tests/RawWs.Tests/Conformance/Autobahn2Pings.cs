using RawWs.Tests.Support;
using static RawWs.Tests.Conformance.AutobahnNotation;

namespace RawWs.Tests.Conformance;

/// <summary>Section 2: pings and pongs (RFC 6455 sections 5.5.2 and 5.5.3).</summary>
internal static class Autobahn2Pings
{
    private static readonly Payload Fe125 = Fill(Hex("fe"), 125);
    private static readonly RawFrame[] TenPings = [.. Enumerable.Range(0, 10).Select(i => Ping($"payload-{i}"))];
    private static readonly Step[] TenPongs = [.. Enumerable.Range(0, 10).Select(i => Get(Pong($"payload-{i}")))];

    public static AutobahnCase[] Cases { get; } =
    [
        new("2.1", [Send(Ping()), Get(Pong()), .. Clean]),
        new("2.2", [Send(Ping("Hello, world!")), Get(Pong("Hello, world!")), .. Clean]),
        new("2.3", [Send(Ping(Hex("00 ff fe fd fc fb 00 ff"))), Get(Pong(Hex("00 ff fe fd fc fb 00 ff"))), .. Clean]),
        new("2.4", [Send(Ping(Fe125)), Get(Pong(Fe125)), .. Clean]),
        new("2.5", [Send(Ping(Fill(Hex("fe"), 126))), new Failed(1002)]),
        new("2.6", [SendChopped(1, Ping(Fe125)), Get(Pong(Fe125)), .. Clean]),
        new("2.7", [Send(Pong()), .. Clean]),
        new("2.8", [Send(Pong("unsolicited pong payload")), .. Clean]),
        new("2.9", [Send(Pong("unsolicited pong payload"), Ping("ping payload")), Get(Pong("ping payload")), .. Clean]),
        new("2.10", [Send(TenPings), .. TenPongs, .. Clean]),
        new("2.11", [SendChopped(1, TenPings), .. TenPongs, .. Clean]),
    ];
}
