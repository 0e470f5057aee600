using System.Buffers;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>Plays a case against a server, over one TCP connection whose opening handshake is done.</summary>
internal sealed class AutobahnFuzzer(RawPeer server)
{
    public async Task PlayAsync(AutobahnCase row)
    {
        foreach (Step step in row.Steps)
        {
            switch (step)
            {
                case Sends(IEnumerable<RawFrame> frames, int chop):
                    await server.SendAsync(Encode(frames), chop);
                    break;
                case SendsPart(RawFrame frame, Range part):
                    await server.SendAsync(Encode(frame, part));
                    break;
                case Gets(RawFrame expected):
                    AssertSame(expected, await server.ReadFrameAsync());
                    break;
                case Closed closed:
                    AssertClose(closed.Code, await server.ReadFrameAsync());
                    await AssertEndAsync();
                    break;
                case Failed(int code):
                    RawFrame close = await server.ReadFrameAsync();
                    AssertClose(code, close);
                    Assert.NotEqual("", close.CloseReason);
                    await AssertEndAsync();
                    break;
            }
        }
    }

    private static ReadOnlyMemory<byte> Encode(IEnumerable<RawFrame> frames)
    {
        ArrayBufferWriter<byte> output = new();
        foreach (RawFrame frame in frames)
            frame.WriteMasked(output);
        return output.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Encode(RawFrame frame, Range part)
    {
        byte[] all = frame.ToMaskedBytes();
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

    /// <summary>Nothing follows the close frame, and it is the peer that ends the TCP connection, without a reset.</summary>
    private async Task AssertEndAsync() => Assert.Empty(await server.ReadToEndAsync());
}
