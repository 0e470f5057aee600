using static RawWs.Tests.Conformance.AutobahnNotation;

namespace RawWs.Tests.Conformance;

/// <summary>Section 1: whole messages of each length form (RFC 6455 section 5.2).</summary>
internal static class Autobahn1Framing
{
    public static AutobahnCase[] Cases { get; } =
    [
        Echo("1.1.1", Text("")),
        Echo("1.1.2", Text(Stars(125))),
        Echo("1.1.3", Text(Stars(126))),
        Echo("1.1.4", Text(Stars(127))),
        Echo("1.1.5", Text(Stars(128))),
        Echo("1.1.6", Text(Stars(65535))),
        Echo("1.1.7", Text(Stars(65536))),
        new("1.1.8", [SendChopped(997, Text(Stars(65536))), Get(Text(Stars(65536))), .. Clean]),
        Echo("1.2.1", Binary("")),
        Echo("1.2.2", Binary(Fill(Hex("fe"), 125))),
        Echo("1.2.3", Binary(Fill(Hex("fe"), 126))),
        Echo("1.2.4", Binary(Fill(Hex("fe"), 127))),
        Echo("1.2.5", Binary(Fill(Hex("fe"), 128))),
        Echo("1.2.6", Binary(Fill(Hex("fe"), 65535))),
        Echo("1.2.7", Binary(Fill(Hex("fe"), 65536))),
        new("1.2.8", [SendChopped(997, Binary(Fill(Hex("fe"), 65536))), Get(Binary(Fill(Hex("fe"), 65536))), .. Clean]),
    ];
}
