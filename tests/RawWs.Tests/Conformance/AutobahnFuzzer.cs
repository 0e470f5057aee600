using System.Buffers;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>Plays a case against a peer in either role, over one TCP connection whose opening handshake is done.</summary>
internal sealed class AutobahnFuzzer(RawPeer peer)
{
    public async Task PlayAsync(AutobahnCase row)
    {
        foreach (Step step in row.Steps)
        {
            switch (step)
            {
                case Sends(IEnumerable<RawFrame> frames, int chop):
                    await peer.SendAsync(Encode(frames), chop);
                    break;
                case SendsPart(RawFrame frame, Range part):
                    await peer.SendAsync(Encode(frame, part));
                    break;
                case Gets(RawFrame expected):
                    AssertSame(expected, await peer.ReadFrameAsync());
                    break;
                case Closed closed:
                    AssertClose(closed.Code, await peer.ReadFrameAsync());
                    if (peer.IsServer) LeaveFirst();
                    await AssertEndAsync();
                    break;
                case Failed(int code):
                    RawFrame close = await peer.ReadFrameAsync();
                    AssertClose(code, close);
                    Assert.NotEqual("", close.CloseReason);
                    await AssertEndAsync();
                    break;
            }
        }

        AssertKeysAreFresh();
    }

    private ReadOnlyMemory<byte> Encode(IEnumerable<RawFrame> frames)
    {
        ArrayBufferWriter<byte> output = new();
        foreach (RawFrame frame in frames)
            frame.Write(output, isMasked: !peer.IsServer);
        return output.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Encode(RawFrame frame, Range part)
    {
        byte[] all = frame.ToBytes(isMasked: !peer.IsServer);
        int header = all.Length - frame.Payload.Length;
        (int start, int length) = part.GetOffsetAndLength(frame.Payload.Length);
        return start == 0 ? all.AsMemory(0, header + length) : all.AsMemory(header + start, length);
    }

    private static void AssertSame(RawFrame expected, RawFrame actual) =>
        Assert.True(
            (actual.Opcode, actual.IsFinal, actual.Rsv) == (expected.Opcode, expected.IsFinal, expected.Rsv)
                && actual.Payload.Span.SequenceEqual(expected.Payload.Span),
            $"Expected a {expected}, got a {actual}");

    private static void AssertClose(int? code, RawFrame actual) =>
        Assert.True(
            (actual.Opcode, actual.IsFinal, actual.Rsv, actual.CloseCode) == (RawFrame.Close, true, 0, code)
                && actual.Payload.Length is 0 or (>= 2 and <= 125),
            $"Expected a close frame with code {code}, got a {actual}");

    /// <summary>After both close frames a client waits for the server to end the TCP connection (RFC 6455 section 7.1.1).</summary>
    private void LeaveFirst()
    {
        Assert.False(peer.HasEnded, "The client ended the TCP connection before the server");
        peer.HalfClose();
    }

    /// <summary>Nothing follows the close frame, and the peer ends the TCP connection without a reset.</summary>
    private async Task AssertEndAsync()
    {
        Assert.Empty(await peer.ReadToEndAsync());
        Assert.False(peer.WasReset);
    }

    /// <summary>A key is drawn for each frame (RFC 6455 section 5.3); among thousands of 32 bits, two may be equal by chance once.</summary>
    private void AssertKeysAreFresh()
    {
        Assert.All(peer.MaskKeys.Zip(peer.MaskKeys.Skip(1)), static pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.True(peer.MaskKeys.Distinct().Count() >= peer.MaskKeys.Count - 1, "Mask keys came again");
    }
}
