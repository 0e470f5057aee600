using System.Buffers;

namespace RawWs.Transport;

/// <summary>One pooled block of received bytes, a link of the chain that a reader hands out.</summary>
internal sealed class ReceiveSegment : ReadOnlySequenceSegment<byte>
{
    private byte[] _block = [];

    public bool HasBlock => _block.Length > 0;

    /// <summary>Where the received bytes end.</summary>
    public int End => Memory.Length;

    public Memory<byte> Free => _block.AsMemory(Memory.Length);

    /// <summary>Whether so much is free that another receive into it is worth a call.</summary>
    public bool HasRoom => Free.Length * 4 >= _block.Length;

    public void Begin(byte[] block) => _block = block;

    public void Add(int count) => Memory = new ReadOnlyMemory<byte>(_block, 0, Memory.Length + count);

    public void Append(ReceiveSegment next)
    {
        next.RunningIndex = RunningIndex + Memory.Length;
        Next = next;
    }

    /// <summary>Gives the block up, so that the segment can begin anew with another.</summary>
    public byte[] Detach()
    {
        byte[] block = _block;
        _block = [];
        Memory = default;
        Next = null;
        RunningIndex = 0;
        return block;
    }
}
