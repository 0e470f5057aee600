using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>Plays a case of sections 12 and 13 against a peer in either role, over one TCP connection whose opening handshake is done.</summary>
internal sealed class CompressionFuzzer(RawPeer peer, AgreedDeflate agreed)
{
    private const int Rsv1 = 4;

    /// <summary>What our side compresses whatever is in it (<see cref="CompressionOptions.Threshold"/>).</summary>
    private static readonly int Threshold = new CompressionOptions().Threshold;

    /// <summary>How many messages a case has: as many as in the published suite by <c>RAWWSTEST_AUTOBAHN_MESSAGES=1000</c>.</summary>
    public static int Messages { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("RAWWSTEST_AUTOBAHN_MESSAGES"), out int messages) ? messages : 5;

    public async Task PlayAsync(CompressionCase row)
    {
        using PeerDeflater deflater = new(
            peer.IsServer ? agreed.ServerTakeover : agreed.ClientTakeover, peer.IsServer ? agreed.ServerWindowBits : agreed.ClientWindowBits);
        using PeerInflater inflater = new(
            peer.IsServer ? agreed.ClientTakeover : agreed.ServerTakeover, peer.IsServer ? agreed.ClientWindowBits : agreed.ServerWindowBits);
        int opcode = row.Data.IsText ? RawFrame.Text : RawFrame.Binary;
        for (int i = 0; i < Messages; i++)
        {
            byte[] message = row.Data.Cut(i * row.Length, row.Length);
            byte[] compressed = deflater.Deflate(message);
            Task sending = SendAsync(opcode, compressed, row.FragmentBytes == 0 ? int.MaxValue : row.FragmentBytes);
            RawFrame echo = await peer.ReadFrameAsync();
            await sending;
            Assert.True((echo.Opcode, echo.IsFinal) == (opcode, true), $"Expected an echo, got a {echo}");
            bool mustShrink = row.Data.Shrinks && row.Length >= Threshold;
            Assert.True(echo.Rsv == Rsv1 || echo.Rsv == 0 && !mustShrink, $"Expected RSV1, got a {echo}");
            if (row.Length < Threshold) Assert.Equal(0, echo.Rsv);
            byte[] content = echo.Rsv == 0 ? echo.Payload.ToArray() : inflater.Inflate(echo.Payload.Span);
            Assert.True(message.AsSpan().SequenceEqual(content), $"Message {i} came back changed: {content.Length} bytes of {message.Length}");
        }

        await new AutobahnFuzzer(peer).PlayAsync(new AutobahnCase(row.Number, AutobahnNotation.Clean));
    }

    private async Task SendAsync(int opcode, ReadOnlyMemory<byte> payload, int fragmentBytes)
    {
        using MemoryStream all = new();
        for (int at = 0; at == 0 || at < payload.Length;)
        {
            int count = Math.Min(fragmentBytes, payload.Length - at);
            bool isFirst = at == 0;
            all.Write(new RawFrame(isFirst ? opcode : RawFrame.Continuation, payload.Slice(at, count), at + count == payload.Length, isFirst ? Rsv1 : 0).ToBytes(!peer.IsServer));
            at += count;
        }

        await peer.SendAsync(all.ToArray());
    }
}
