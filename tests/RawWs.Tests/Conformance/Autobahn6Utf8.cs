using static RawWs.Tests.Conformance.AutobahnNotation;

namespace RawWs.Tests.Conformance;

/// <summary>Section 6: text is UTF-8 (RFC 6455 section 8.1, RFC 3629); anything else fails at its first bad byte.</summary>
internal static class Autobahn6Utf8
{
    /// <summary>Hello, a micro sign, an at sign and German and French letters, UTF-8 and exclamation marks.</summary>
    private static readonly Payload Hello = Hex("48 65 6c 6c 6f 2d c2 b5 40 c3 9f c3 b6 c3 a4 c3 bc c3 a0 c3 a1 2d 55 54 46 2d 38 21 21");

    private static readonly Payload Kosme = Hex("ce ba e1 bd b9 cf 83 ce bc ce b5");
    private static readonly Payload Surrogate = Hex("ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64"); // bad at its 13th byte, a0
    private static readonly Payload TooLarge = Hex("ce ba e1 bd b9 cf 83 ce bc ce b5 f4 90 80 80 65 64 69 74 65 64"); // bad at its 13th byte, 90

    public static AutobahnCase[] Cases { get; } =
    [
        // 6.1: empty messages and empty fragments
        Echo("6.1.1", Text("")),
        new("6.1.2", [Send(Text("", fin: false), More("", fin: false), More("", fin: true)), Get(Text("")), .. Clean]),
        new("6.1.3",
            [Send(Text("", fin: false), More("middle frame payload", fin: false), More("", fin: true)), Get(Text("middle frame payload")), .. Clean]),

        // 6.2: valid, whole, cut between code points, and cut after each byte
        Echo("6.2.1", Text(Hello)),
        new("6.2.2", [Send(Text(Part(Hello, ..14), fin: false), More(Part(Hello, 14..), fin: true)), Get(Text(Hello)), .. Clean]),
        new("6.2.3", [Send(Fragments(Text(Hello), 1)), Get(Text(Hello)), .. Clean]),
        new("6.2.4", [Send(Fragments(Text(Kosme), 1)), Get(Text(Kosme)), .. Clean]),

        // 6.3: invalid, whole and in fragments of one byte
        new("6.3.1", [Send(Text(Surrogate)), new Failed(1007)]),
        new("6.3.2", [Send(Fragments(Text(Surrogate), 1)), new Failed(1007)]),

        // 6.4: the bad byte is answered at once: the rest of the message, or of the frame, is never sent
        new("6.4.1", [Send(Text(Part(TooLarge, ..11), fin: false)), Send(More(Part(TooLarge, 11..15), fin: false)), new Failed(1007)]),
        new("6.4.2", [Send(Text(Part(TooLarge, ..12), fin: false)), Send(More(Part(TooLarge, 12..13), fin: false)), new Failed(1007)]),
        new("6.4.3", [new SendsPart(Text(TooLarge), ..11), new SendsPart(Text(TooLarge), 11..15), new Failed(1007)]),
        new("6.4.4", [new SendsPart(Text(TooLarge), ..12), new SendsPart(Text(TooLarge), 12..13), new Failed(1007)]),

        // 6.5: some valid sequences: U+0024, U+00A2, U+20AC, U+24B62, the Greek word kosme
        Valid("6.5.1", "68 65 6c 6c 6f 24 77 6f 72 6c 64"),
        Valid("6.5.2", "68 65 6c 6c 6f c2 a2 77 6f 72 6c 64"),
        Valid("6.5.3", "68 65 6c 6c 6f e2 82 ac 77 6f 72 6c 64"),
        Valid("6.5.4", "68 65 6c 6c 6f f0 a4 ad a2 77 6f 72 6c 64"),
        Valid("6.5.5", "ce ba e1 bd b9 cf 83 ce bc ce b5"),

        // 6.6: all prefixes of that word
        Invalid("6.6.1", "ce"),
        Valid("6.6.2", "ce ba"),
        Invalid("6.6.3", "ce ba e1"),
        Invalid("6.6.4", "ce ba e1 bd"),
        Valid("6.6.5", "ce ba e1 bd b9"),
        Invalid("6.6.6", "ce ba e1 bd b9 cf"),
        Valid("6.6.7", "ce ba e1 bd b9 cf 83"),
        Invalid("6.6.8", "ce ba e1 bd b9 cf 83 ce"),
        Valid("6.6.9", "ce ba e1 bd b9 cf 83 ce bc"),
        Invalid("6.6.10", "ce ba e1 bd b9 cf 83 ce bc ce"),
        Valid("6.6.11", "ce ba e1 bd b9 cf 83 ce bc ce b5"),

        // 6.7: first sequence of each length
        Valid("6.7.1", "00"),
        Valid("6.7.2", "c2 80"),
        Valid("6.7.3", "e0 a0 80"),
        Valid("6.7.4", "f0 90 80 80"),

        // 6.8: first sequences of 5 and 6 bytes
        Invalid("6.8.1", "f8 88 80 80 80"),
        Invalid("6.8.2", "fc 84 80 80 80 80"),

        // 6.9: last sequence of each length
        Valid("6.9.1", "7f"),
        Valid("6.9.2", "df bf"),
        Valid("6.9.3", "ef bf bf"),
        Valid("6.9.4", "f4 8f bf bf"),

        // 6.10: last sequences of 4, 5 and 6 bytes, beyond U+10FFFF
        Invalid("6.10.1", "f7 bf bf bf"),
        Invalid("6.10.2", "fb bf bf bf bf"),
        Invalid("6.10.3", "fd bf bf bf bf bf"),

        // 6.11: other boundaries: around the surrogates, U+FFFD, U+10FFFF and one beyond
        Valid("6.11.1", "ed 9f bf"),
        Valid("6.11.2", "ee 80 80"),
        Valid("6.11.3", "ef bf bd"),
        Valid("6.11.4", "f4 8f bf bf"),
        Invalid("6.11.5", "f4 90 80 80"),

        // 6.12: unexpected continuation bytes; the last row has all of them from 80 to be
        Invalid("6.12.1", "80"),
        Invalid("6.12.2", "bf"),
        Invalid("6.12.3", "80 bf"),
        Invalid("6.12.4", "80 bf 80"),
        Invalid("6.12.5", "80 bf 80 bf"),
        Invalid("6.12.6", "80 bf 80 bf 80"),
        Invalid("6.12.7", "80 bf 80 bf 80 bf"),
        Invalid("6.12.8", "80 81 82 83 84 85 86 87 88 89 8a 8b 8c 8d 8e 8f 90 91 92 93 94 95 96 97 98 99 9a 9b 9c 9d 9e 9f a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 ba bb bc bd be"),

        // 6.13: lonely first bytes, each followed by a space
        Invalid("6.13.1", "c0 20 c1 20 c2 20 c3 20 c4 20 c5 20 c6 20 c7 20 c8 20 c9 20 ca 20 cb 20 cc 20 cd 20 ce 20 cf 20 d0 20 d1 20 d2 20 d3 20 d4 20 d5 20 d6 20 d7 20 d8 20 d9 20 da 20 db 20 dc 20 dd 20 de 20"),
        Invalid("6.13.2", "e0 20 e1 20 e2 20 e3 20 e4 20 e5 20 e6 20 e7 20 e8 20 e9 20 ea 20 eb 20 ec 20 ed 20 ee 20"),
        Invalid("6.13.3", "f0 20 f1 20 f2 20 f3 20 f4 20 f5 20 f6 20"),
        Invalid("6.13.4", "f8 20 f9 20 fa 20"),
        Invalid("6.13.5", "fc 20"),

        // 6.14: the last continuation byte missing
        Invalid("6.14.1", "c0"),
        Invalid("6.14.2", "e0 80"),
        Invalid("6.14.3", "f0 80 80"),
        Invalid("6.14.4", "f8 80 80 80"),
        Invalid("6.14.5", "fc 80 80 80 80"),
        Invalid("6.14.6", "df"),
        Invalid("6.14.7", "ef bf"),
        Invalid("6.14.8", "f7 bf bf"),
        Invalid("6.14.9", "fb bf bf bf"),
        Invalid("6.14.10", "fd bf bf bf bf"),

        // 6.15: the ten before, one after the other
        Invalid("6.15.1", "c0 e0 80 f0 80 80 f8 80 80 80 fc 80 80 80 80 df ef bf f7 bf bf fb bf bf bf fd bf bf bf bf"),

        // 6.16: impossible bytes
        Invalid("6.16.1", "fe"),
        Invalid("6.16.2", "ff"),
        Invalid("6.16.3", "fe fe ff ff"),

        // 6.17: a slash, too long
        Invalid("6.17.1", "c0 af"),
        Invalid("6.17.2", "e0 80 af"),
        Invalid("6.17.3", "f0 80 80 af"),
        Invalid("6.17.4", "f8 80 80 80 af"),
        Invalid("6.17.5", "fc 80 80 80 80 af"),

        // 6.18: the largest sequences that are too long
        Invalid("6.18.1", "c1 bf"),
        Invalid("6.18.2", "e0 9f bf"),
        Invalid("6.18.3", "f0 8f bf bf"),
        Invalid("6.18.4", "f8 87 bf bf bf"),
        Invalid("6.18.5", "fc 83 bf bf bf bf"),

        // 6.19: NUL, too long
        Invalid("6.19.1", "c0 80"),
        Invalid("6.19.2", "e0 80 80"),
        Invalid("6.19.3", "f0 80 80 80"),
        Invalid("6.19.4", "f8 80 80 80 80"),
        Invalid("6.19.5", "fc 80 80 80 80 80"),

        // 6.20: single surrogates
        Invalid("6.20.1", "ed a0 80"),
        Invalid("6.20.2", "ed ad bf"),
        Invalid("6.20.3", "ed ae 80"),
        Invalid("6.20.4", "ed af bf"),
        Invalid("6.20.5", "ed b0 80"),
        Invalid("6.20.6", "ed be 80"),
        Invalid("6.20.7", "ed bf bf"),

        // 6.21: pairs of surrogates
        Invalid("6.21.1", "ed a0 80 ed b0 80"),
        Invalid("6.21.2", "ed a0 80 ed bf bf"),
        Invalid("6.21.3", "ed ad bf ed b0 80"),
        Invalid("6.21.4", "ed ad bf ed bf bf"),
        Invalid("6.21.5", "ed ae 80 ed b0 80"),
        Invalid("6.21.6", "ed ae 80 ed bf bf"),
        Invalid("6.21.7", "ed af bf ed b0 80"),
        Invalid("6.21.8", "ed af bf ed bf bf"),

        // 6.22: noncharacters, which are valid UTF-8
        Valid("6.22.1", "ef bf be"),
        Valid("6.22.2", "ef bf bf"),
        Valid("6.22.3", "f0 9f bf be"),
        Valid("6.22.4", "f0 9f bf bf"),
        Valid("6.22.5", "f0 af bf be"),
        Valid("6.22.6", "f0 af bf bf"),
        Valid("6.22.7", "f0 bf bf be"),
        Valid("6.22.8", "f0 bf bf bf"),
        Valid("6.22.9", "f1 8f bf be"),
        Valid("6.22.10", "f1 8f bf bf"),
        Valid("6.22.11", "f1 9f bf be"),
        Valid("6.22.12", "f1 9f bf bf"),
        Valid("6.22.13", "f1 af bf be"),
        Valid("6.22.14", "f1 af bf bf"),
        Valid("6.22.15", "f1 bf bf be"),
        Valid("6.22.16", "f1 bf bf bf"),
        Valid("6.22.17", "f2 8f bf be"),
        Valid("6.22.18", "f2 8f bf bf"),
        Valid("6.22.19", "f2 9f bf be"),
        Valid("6.22.20", "f2 9f bf bf"),
        Valid("6.22.21", "f2 af bf be"),
        Valid("6.22.22", "f2 af bf bf"),
        Valid("6.22.23", "f2 bf bf be"),
        Valid("6.22.24", "f2 bf bf bf"),
        Valid("6.22.25", "f3 8f bf be"),
        Valid("6.22.26", "f3 8f bf bf"),
        Valid("6.22.27", "f3 9f bf be"),
        Valid("6.22.28", "f3 9f bf bf"),
        Valid("6.22.29", "f3 af bf be"),
        Valid("6.22.30", "f3 af bf bf"),
        Valid("6.22.31", "f3 bf bf be"),
        Valid("6.22.32", "f3 bf bf bf"),
        Valid("6.22.33", "f4 8f bf be"),
        Valid("6.22.34", "f4 8f bf bf"),

        // 6.23: specials, U+FFF9 to U+FFFF
        Valid("6.23.1", "ef bf b9"),
        Valid("6.23.2", "ef bf ba"),
        Valid("6.23.3", "ef bf bb"),
        Valid("6.23.4", "ef bf bc"),
        Valid("6.23.5", "ef bf bd"),
        Valid("6.23.6", "ef bf be"),
        Valid("6.23.7", "ef bf bf"),
    ];

    private static AutobahnCase Valid(string number, string hex) => Echo(number, Text(Hex(hex)));

    private static AutobahnCase Invalid(string number, string hex) => new(number, [Send(Text(Hex(hex))), new Failed(1007)]);

    private static Payload Part(Payload payload, Range part) => payload.Bytes[part].ToArray();
}
