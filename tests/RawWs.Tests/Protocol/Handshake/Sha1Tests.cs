using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class Sha1Tests
{
    [Theory]   // RFC 3174 section 7.3
    [InlineData("abc", 1, "A9993E364706816ABA3E25717850C26C9CD0D89D")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "84983E441C3BD26EBAAE4AA1F95129E5E54670F1")]
    [InlineData("a", 1000000, "34AA973CD4C4DAA4F61EEB2BDBAD27316534016F")]
    [InlineData("0123456701234567012345670123456701234567012345670123456701234567", 10, "DEA356A2CDDD90C7A7ECEDC5EBB563934F460452")]
    public void Test_vectors_of_the_rfc_hold(string text, int times, string digest) =>
        Assert.Equal(digest, Convert.ToHexString(Hash(Bytes(string.Concat(Enumerable.Repeat(text, times))))));

    [Fact]
    public void Every_length_to_300_gives_what_the_framework_gives()
    {
        byte[] bytes = new byte[300];
        new Random(1).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
#pragma warning disable CA5350 // the handshake prescribes SHA-1
            Assert.Equal(System.Security.Cryptography.SHA1.HashData(bytes.AsSpan(0, length)), Hash(bytes.AsSpan(0, length)));
#pragma warning restore CA5350
    }

    private static byte[] Hash(ReadOnlySpan<byte> input)
    {
        byte[] digest = new byte[Sha1.DigestBytes];
        Sha1.Hash(input, digest);
        return digest;
    }
}
