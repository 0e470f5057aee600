using System.Buffers;
using RawWs.Protocol.Proxy;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Protocol.Proxy;

/// <summary>RFC 1928 and RFC 1929, byte for byte; every conversation is cut at every byte.</summary>
public sealed class Socks5HandshakeTests
{
    private const string NoAuthentication = "05 00";
    private const string WantsPassword = "05 02";
    private const string PasswordIsRight = "01 00";
    private const string Granted = "05 00 00 01 00 00 00 00 00 00";

    [Theory]
    [InlineData("example.com", 80, "05 01 00 03 0b 65 78 61 6d 70 6c 65 2e 63 6f 6d 00 50")]                 // the name goes as it is
    [InlineData("127.0.0.1", 8080, "05 01 00 01 7f 00 00 01 1f 90")]
    [InlineData("::1", 65535, "05 01 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 ff ff")]
    [InlineData("[::1]", 1, "05 01 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 01")]
    public void Without_credentials_only_no_authentication_is_offered(string host, int port, string request) =>
        Assert.Equal(["05 01 00", request], Converse(new(host, port, null, null), NoAuthentication, Granted));

    [Fact]
    public void Credentials_are_sent_when_the_proxy_asks_for_them() => Assert.Equal(
        ["05 02 00 02", "01 04 75 73 65 72 06 73 c3 a9 63 72 65", "05 01 00 03 01 68 00 50"],
        Converse(new("h", 80, "user", "s\u00e9cre"), WantsPassword, PasswordIsRight, Granted));

    [Fact]
    public void Credentials_are_kept_when_the_proxy_does_not_ask() => Assert.Equal(
        ["05 02 00 02", "05 01 00 03 01 68 00 50"],
        Converse(new("h", 80, "user", "secret"), NoAuthentication, Granted));

    [Fact]
    public void A_name_without_a_password_has_an_empty_one() => Assert.Equal(
        ["05 02 00 02", "01 04 75 73 65 72 00", "05 01 00 03 01 68 00 50"],
        Converse(new("h", 80, "user", ""), WantsPassword, PasswordIsRight, Granted));

    [Theory]
    [InlineData("05 00 00 01 0a 00 00 01 04 38")]
    [InlineData("05 00 00 03 03 61 62 63 04 38")]
    [InlineData("05 00 00 03 00 04 38")]
    [InlineData("05 00 00 04 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 04 38")]
    public void The_bound_address_may_have_any_type(string reply) => Converse(new("h", 80, null, null), NoAuthentication, reply);

    [Fact]
    public void The_bound_address_may_be_the_longest_name() =>
        Converse(new("h", 80, null, null), NoAuthentication, "05 00 00 03 ff " + Bytes.ToHex(new byte[255 + 2]));

    [Fact]
    public void What_follows_the_reply_is_not_touched()
    {
        Socks5Handshake handshake = new("h", 80, null, null);
        ArrayBufferWriter<byte> output = new();
        ReadOnlySequence<byte> input = Bytes.Sequence(Bytes.Hex(NoAuthentication + Granted + "81 01 41"));

        Assert.True(handshake.TryAdvance(ref input, output));
        Assert.False(handshake.IsOpen);
        Assert.True(handshake.TryAdvance(ref input, output));

        Assert.True(handshake.IsOpen);
        Assert.Equal("81 01 41", Bytes.ToHex(input.ToArray()));
    }

    [Theory]
    [InlineData("48 54", "What answered is no SOCKS5 proxy: its first byte is 0x48 instead of 0x05 (RFC 1928 section 3)")]
    [InlineData("04", "What answered is no SOCKS5 proxy: its first byte is 0x04 instead of 0x05 (RFC 1928 section 3)")]
    [InlineData("05 ff", "The SOCKS5 proxy wants credentials, and it was given none (RFC 1928 section 3)")]
    [InlineData("05 01", "The SOCKS5 proxy chose the method 0x01, which was not offered (RFC 1928 section 3)")]
    [InlineData("05 02", "The SOCKS5 proxy chose the method 0x02, which was not offered (RFC 1928 section 3)")]
    [InlineData("05 00 04", "What answered is no SOCKS5 proxy: its first byte is 0x04 instead of 0x05 (RFC 1928 section 3)")]
    [InlineData("05 00 05 01", "The SOCKS5 proxy cannot reach example.com:80: general failure (RFC 1928 section 6)")]
    [InlineData("05 00 05 02", "The SOCKS5 proxy cannot reach example.com:80: its rules do not allow it (RFC 1928 section 6)")]
    [InlineData("05 00 05 03", "The SOCKS5 proxy cannot reach example.com:80: network unreachable (RFC 1928 section 6)")]
    [InlineData("05 00 05 04 00 01 00 00 00 00 00 00", "The SOCKS5 proxy cannot reach example.com:80: host unreachable (RFC 1928 section 6)")]
    [InlineData("05 00 05 05", "The SOCKS5 proxy cannot reach example.com:80: connection refused (RFC 1928 section 6)")]
    [InlineData("05 00 05 06", "The SOCKS5 proxy cannot reach example.com:80: the time to live ran out (RFC 1928 section 6)")]
    [InlineData("05 00 05 07", "The SOCKS5 proxy cannot reach example.com:80: it does not know the command CONNECT (RFC 1928 section 6)")]
    [InlineData("05 00 05 08", "The SOCKS5 proxy cannot reach example.com:80: it does not know this type of address (RFC 1928 section 6)")]
    [InlineData("05 00 05 09", "The SOCKS5 proxy cannot reach example.com:80: unknown reply 0x09 (RFC 1928 section 6)")]
    [InlineData("05 00 05 00 01", "The SOCKS5 proxy answered with 0x01 where 0x00 is reserved (RFC 1928 section 6)")]
    [InlineData("05 00 05 00 00 02", "The SOCKS5 proxy answered with the unknown address type 0x02 (RFC 1928 section 5)")]
    public void A_refusal_or_an_illegal_answer_is_told_with_its_rule(string answers, string message) =>
        AssertRefused(() => new("example.com", 80, null, null), answers, message);

    [Theory]
    [InlineData("05 ff", "The SOCKS5 proxy takes neither a name and password nor no credentials (RFC 1928 section 3)")]
    [InlineData("05 02 05", "The SOCKS5 proxy answered the credentials with version 0x05 instead of 0x01 (RFC 1929 section 2)")]
    [InlineData("05 02 01 01", "The SOCKS5 proxy refused the name and password (RFC 1929 section 2)")]
    [InlineData("05 02 01 ff", "The SOCKS5 proxy refused the name and password (RFC 1929 section 2)")]
    public void Refused_credentials_are_told_without_them(string answers, string message) =>
        AssertRefused(() => new("example.com", 80, "user", "secret"), answers, message);

    [Fact]
    public void What_does_not_fit_is_the_callers_mistake()
    {
        string longest = new('x', 255);
        _ = new Socks5Handshake(longest, 65535, longest, longest);

        Assert.Throws<ArgumentException>(() => new Socks5Handshake(longest + "x", 80, null, null));
        Assert.Throws<ArgumentException>(() => new Socks5Handshake("", 80, null, null));
        Assert.Throws<ArgumentException>(() => new Socks5Handshake("b\u00fccher.example", 80, null, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Socks5Handshake("h", 65536, null, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Socks5Handshake("h", -1, null, null));
        Assert.Throws<ArgumentException>(() => new Socks5Handshake("h", 80, "", "secret"));
        Assert.DoesNotContain("xx", Assert.Throws<ArgumentException>(() => new Socks5Handshake("h", 80, longest + "x", "secret")).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("xx", Assert.Throws<ArgumentException>(() => new Socks5Handshake("h", 80, "user", longest + "x")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Socks5Handshake("h", 80, "user", new string('\u00e9', 128)));       // 256 bytes of UTF-8
    }

    /// <summary>What the client sends: first of all, then after each answer. Every prefix of an answer is not enough, and changes nothing.</summary>
    private static List<string> Converse(Socks5Handshake handshake, params string[] answers)
    {
        List<string> sent = [Written(handshake.Start)];
        foreach (byte[] answer in answers.Select(Bytes.Hex))
        {
            Assert.False(handshake.IsOpen);
            for (int length = 0; length < answer.Length; length++)
                AssertIncomplete(handshake, answer[..length]);
            ReadOnlySequence<byte> input = Bytes.Sequence(Bytes.OneByteEach(answer));
            string next = Written(output => Assert.True(handshake.TryAdvance(ref input, output)));
            Assert.True(input.IsEmpty);
            if (next.Length > 0)
                sent.Add(next);
        }
        Assert.True(handshake.IsOpen);
        return sent;
    }

    private static void AssertIncomplete(Socks5Handshake handshake, byte[] prefix)
    {
        ReadOnlySequence<byte> input = Bytes.Sequence(Bytes.OneByteEach(prefix));
        Assert.Equal("", Written(output => Assert.False(handshake.TryAdvance(ref input, output))));
        Assert.Equal(prefix.Length, input.Length);
    }

    /// <summary>In one piece, and byte by byte.</summary>
    private static void AssertRefused(Func<Socks5Handshake> create, string answers, string message)
    {
        byte[] bytes = Bytes.Hex(answers);
        foreach (int step in new[] { bytes.Length, 1 })
        {
            Socks5Handshake handshake = create();
            Socks5Exception e = Assert.Throws<Socks5Exception>(() => Feed(handshake, bytes, step));
            Assert.Equal(message, e.Message);
            Assert.False(handshake.IsOpen);
        }
    }

    private static void Feed(Socks5Handshake handshake, byte[] bytes, int step)
    {
        ArrayBufferWriter<byte> output = new();
        int consumed = 0;
        for (int have = step; have <= bytes.Length; have += step)
        {
            ReadOnlySequence<byte> input = new(bytes.AsMemory(consumed, have - consumed));
            while (!handshake.IsOpen && handshake.TryAdvance(ref input, output))
                consumed = have - (int)input.Length;
        }
    }

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(output);
        return Bytes.ToHex(output.WrittenSpan);
    }
}
