using System.Text;
using RawWs.Tests.Support;

namespace RawWs.Tests.Conformance;

/// <summary>The words in which the cases are written down.</summary>
internal static class AutobahnNotation
{
    public const int KiB = 1024;
    public const int MiB = 1024 * KiB;

    /// <summary>The usual good end: the fuzzer closes with 1000, and the peer answers so and ends the TCP connection.</summary>
    public static Step[] Clean { get; } = [Send(Close(1000)), new Closed(1000)];

    public static RawFrame Text(Payload payload, bool fin = true, int rsv = 0) => new(RawFrame.Text, payload.Bytes, fin, rsv);

    public static RawFrame Binary(Payload payload, bool fin = true, int rsv = 0) => new(RawFrame.Binary, payload.Bytes, fin, rsv);

    /// <summary>A continuation frame.</summary>
    public static RawFrame More(Payload payload, bool fin) => new(RawFrame.Continuation, payload.Bytes, fin);

    public static RawFrame Ping(Payload payload = default, bool fin = true) => new(RawFrame.Ping, payload.Bytes, fin);

    public static RawFrame Pong(Payload payload = default, bool fin = true) => new(RawFrame.Pong, payload.Bytes, fin);

    public static RawFrame Close(int code, Payload reason = default) => new(RawFrame.Close, RawFrame.ClosePayload(code, reason.Bytes.Span));

    /// <summary>A close frame whose payload is not a code and a reason, or whose reserved bits are set.</summary>
    public static RawFrame BareClose(Payload payload = default, int rsv = 0) => new(RawFrame.Close, payload.Bytes, Rsv: rsv);

    /// <summary>A frame with an opcode that the RFC reserves (section 5.2).</summary>
    public static RawFrame Reserved(int opcode, Payload payload = default) => new(opcode, payload.Bytes);

    public static Payload Hex(string hex) => Bytes.Hex(hex);

    /// <summary>A payload of that many bytes: the unit again and again.</summary>
    public static Payload Fill(Payload unit, int length)
    {
        byte[] all = new byte[length];
        for (int at = 0; at < length; at += unit.Bytes.Length)
            unit.Bytes.Span[..Math.Min(unit.Bytes.Length, length - at)].CopyTo(all.AsSpan(at));
        return all;
    }

    public static Payload Stars(int length) => Fill("*", length);

    public static Sends Send(params IEnumerable<RawFrame> frames) => new(frames);

    /// <summary>Each frame by a write of its own.</summary>
    public static IEnumerable<Step> SendByFrame(params IEnumerable<RawFrame> frames) => frames.Select(frame => Send(frame));

    /// <summary>Writes of that many bytes.</summary>
    public static Sends SendChopped(int chop, params IEnumerable<RawFrame> frames) => new(frames, chop);

    /// <summary>The message in fragments of that size; as the suite does it, with an empty last one when the size divides the length.</summary>
    public static IEnumerable<RawFrame> Fragments(RawFrame message, int size)
    {
        int at = 0;
        for (; at + size <= message.Payload.Length; at += size)
            yield return new RawFrame(at == 0 ? message.Opcode : RawFrame.Continuation, message.Payload.Slice(at, size), IsFinal: false);
        yield return new RawFrame(at == 0 ? message.Opcode : RawFrame.Continuation, message.Payload[at..]);
    }

    public static Gets Get(RawFrame frame) => new(frame);

    /// <summary>A case whose message comes back as it was sent.</summary>
    public static AutobahnCase Echo(string number, RawFrame message) => new(number, [Send(message), Get(message), .. Clean]);

    /// <summary>What a payload can be written as: text, hex by <see cref="Hex"/>, or a <see cref="Fill"/>.</summary>
    internal readonly record struct Payload(ReadOnlyMemory<byte> Bytes)
    {
        public static implicit operator Payload(string text) => new(Encoding.UTF8.GetBytes(text));

        public static implicit operator Payload(byte[] bytes) => new(bytes);
    }
}
