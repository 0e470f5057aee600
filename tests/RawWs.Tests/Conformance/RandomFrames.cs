using System.Buffers.Binary;
using System.Text;
using RawWs.Protocol.Framing;

namespace RawWs.Tests.Conformance;

/// <summary>Makes what a client might send: mostly legal masked frames, some of them broken in one or two places.</summary>
internal sealed class RandomFrames(int seed)
{
    private const int MaxFrames = 6;
    private const int MaxPayload = 48;
    private const string Letters = "aZ09 \u00e9\u00df\u03ba\u20ac\u4e2d\ud83d\ude00";

    private static readonly int[] CloseCodes = [0, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1011, 1012, 1013, 1014, 1015, 1016, 2999, 3000, 4999, 5000, 65535];

    private readonly Random _random = new(seed);
    private readonly List<byte> _bytes = [];
    private readonly List<int> _frameStarts = [];

    public static byte[] Stream(int seed) => new RandomFrames(seed).Make();

    private byte[] Make()
    {
        if (OneIn(50)) return RandomBytes(_random.Next(1, 64));

        int frames = _random.Next(1, MaxFrames + 1);
        bool inMessage = false;
        for (int i = 0; i < frames; i++)
        {
            if (OneIn(5)) AddControl(OneIn(2) ? Opcode.Ping : Opcode.Pong, RandomBytes(_random.Next(0, 12)));
            else inMessage = AddData(inMessage);
        }
        if (OneIn(40)) AddManyFragments(inMessage);
        else if (!OneIn(4)) AddClose();
        if (OneIn(8)) AddData(inMessage);

        byte[] stream = [.. _bytes];
        for (int i = OneIn(3) ? 0 : _random.Next(1, 3); i > 0; i--)
            stream = Mutate(stream);
        return stream;
    }

    private bool AddData(bool inMessage)
    {
        bool isFinal = !OneIn(3);
        Opcode opcode = inMessage ? Opcode.Continuation : OneIn(2) ? Opcode.Text : Opcode.Binary;
        byte[] payload = OneIn(opcode == Opcode.Binary ? 2 : 20) ? RandomBytes(_random.Next(0, MaxPayload)) : RandomText();
        if (OneIn(30)) payload = new byte[_random.Next(126, 300)];
        Add(opcode, isFinal, payload);
        return !isFinal;
    }

    private void AddManyFragments(bool inMessage)
    {
        for (int i = _random.Next(20); i >= 0; i--, inMessage = true)
            Add(inMessage ? Opcode.Continuation : Opcode.Binary, isFinal: false, []);
        Add(Opcode.Continuation, isFinal: true, [1]);
    }

    private void AddClose()
    {
        byte[] payload = [];
        if (!OneIn(8))
        {
            byte[] reason = OneIn(3) ? [] : OneIn(8) ? RandomBytes(5) : RandomText();
            payload = new byte[2 + reason.Length];
            int code = OneIn(3) ? CloseCodes[_random.Next(CloseCodes.Length)] : 1000;
            BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
            reason.CopyTo(payload, 2);
            if (OneIn(12)) payload = payload[..1];
        }
        AddControl(Opcode.Close, payload);
    }

    private void AddControl(Opcode opcode, byte[] payload) => Add(opcode, isFinal: true, payload);

    private void Add(Opcode opcode, bool isFinal, byte[] payload)
    {
        _frameStarts.Add(_bytes.Count);
        byte[] key = RandomBytes(4);
        _bytes.Add((byte)((isFinal ? 0x80 : 0) | (byte)opcode));
        AddLength(payload.Length);
        _bytes.AddRange(key);
        for (int i = 0; i < payload.Length; i++)
            _bytes.Add((byte)(payload[i] ^ key[i % 4]));
    }

    // now and then longer than it needs to be
    private void AddLength(int length)
    {
        int form = length > 125 ? 126 : length;
        if (OneIn(60)) form = OneIn(2) ? 126 : 127;
        _bytes.Add((byte)(0x80 | form));
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(wide, length);
        if (form == 126) _bytes.AddRange(wide[6..]);
        if (form == 127) _bytes.AddRange(wide);
    }

    private byte[] Mutate(byte[] stream)
    {
        if (stream.Length == 0) return stream;
        int frame = _frameStarts[_random.Next(_frameStarts.Count)];
        int at = OneIn(3) ? _random.Next(stream.Length) : Math.Min(frame + _random.Next(0, 10), stream.Length - 1);
        switch (_random.Next(6))
        {
            case 0:
                return stream[..at];
            case 1:
                return [.. stream[..at], .. stream[(at + 1)..]];
            case 2:
                return [.. stream[..at], (byte)_random.Next(256), .. stream[at..]];
            case 3:
                stream[at] = (byte)_random.Next(256);
                return stream;
            default:
                stream[at] ^= (byte)(1 << _random.Next(8));
                return stream;
        }
    }

    private byte[] RandomText()
    {
        StringBuilder text = new();
        for (int i = _random.Next(0, 12); i > 0; i--)
        {
            int at = _random.Next(Letters.Length - 1);
            if (char.IsLowSurrogate(Letters[at])) at--;
            text.Append(Letters, at, char.IsHighSurrogate(Letters[at]) ? 2 : 1);
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private bool OneIn(int n) => _random.Next(n) == 0;
}
