using System.Buffers;
using System.Runtime.CompilerServices;
using RawWs.Protocol.Compression;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>Compresses what must leave in order: messages that refer to earlier ones, that come in fragments, or that take more than a turn (RFC 7692 section 7.2.1). Whoever calls holds the data path.</summary>
internal sealed class MessageDeflater(PerMessageDeflate deflate) : IDisposable
{
    /// <summary>The message is better sent plain.</summary>
    private const int NotWorthIt = -1;

    private readonly ContextSlot _slot = new(isReplaceable: true);
    private bool _isCompressing;

    private DeflateProfile Profile => deflate.Profile;

    private ContextPool<Deflater> Deflaters => Profile.Deflaters!;

    /// <summary>Takes the data path, and sends a whole message.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(FrameSender sender, Opcode opcode, ReadOnlyMemory<byte> payload, MessageCompression choice, CancellationToken ct)
    {
        await sender.ReserveAsync(mayQueue: true, ct).ConfigureAwait(false);
        bool isSent = false;
        try
        {
            await SendFragmentAsync(sender, new(opcode), payload, choice, ct).ConfigureAwait(false);
            isSent = true;
        }
        finally
        {
            if (!isSent)
                sender.ReleaseReserved();
        }
    }

    /// <summary>Sends the next frame of a message; the first one decides whether the message is compressed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendFragmentAsync(FrameSender sender, FirstByte first, ReadOnlyMemory<byte> payload, MessageCompression choice, CancellationToken ct)
    {
        bool isStart = first.Opcode != Opcode.Continuation;
        if (isStart)
            _isCompressing = deflate.IsWorthIt(payload.Length, choice);
        if (!_isCompressing)
        {
            await sender.SendFragmentAsync(first, payload, ct).ConfigureAwait(false);
            return;
        }
        byte[] output = ArrayPool<byte>.Shared.Rent(Deflater.MaxOutput(payload.Length));
        int size = await DeflateAsync(payload, output, isStart, first.IsFinal).ConfigureAwait(false);
        _isCompressing = size != NotWorthIt;
        if (_isCompressing)
            await SendDeflatedAsync(sender, first with { Rsv1 = isStart }, output.AsMemory(0, size), payload.Length, ct).ConfigureAwait(false);
        else
            await sender.SendFragmentAsync(first, payload, ct).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(output);                          // not when the send failed: the transport may still read it
    }

    public void Dispose()
    {
        _slot.Dispose();
        Profile.Contexts.Leave(_slot);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendDeflatedAsync(FrameSender sender, FirstByte first, ReadOnlyMemory<byte> deflated, int payloadBytes, CancellationToken ct)
    {
        bool isSent = false;
        try
        {
            await sender.SendFragmentAsync(first, deflated, ct).ConfigureAwait(false);
            deflate.CountSent(payloadBytes, deflated.Length);
            isSent = true;
        }
        finally
        {
            if (!isSent)
                Forget();
        }
    }

    /// <summary>Later messages would refer to one that never came.</summary>
    private void Forget()
    {
        _slot.Take()?.Dispose();
        Profile.Contexts.Leave(_slot);
    }

    /// <summary>Compresses the next part of a message, and gives its size.</summary>
    private async ValueTask<int> DeflateAsync(ReadOnlyMemory<byte> payload, Memory<byte> output, bool isStart, bool isFinal)
    {
        Deflater? kept = TakeKept();
        if (kept is null && isStart && (!isFinal || payload.Length > PerMessageDeflate.TurnBytes))
            return NotWorthIt;                                          // it would hold a context over a wait, and there are enough of those
        Deflater deflater = kept ?? Deflaters.Rent();
        DeflateFlush flush = kept is null || (isFinal && !Profile.SendsWithTakeover) ? DeflateFlush.Full : DeflateFlush.Sync;
        (bool hadRoom, int size) = await DeflateAsync(deflater, payload, output, flush, mayWait: kept is not null).ConfigureAwait(false);
        if (isFinal)
            size = MessageTail.Remove(output.Span, size);
        bool isWorthIt = hadRoom && !(isStart && size >= payload.Length);
        bool isIntact = hadRoom && (isWorthIt || flush == DeflateFlush.Full);
        GiveBack(deflater, isIntact, isKept: kept is not null, isOver: isFinal || !isWorthIt);
        return isWorthIt ? size : NotWorthIt;
    }

    private static async ValueTask<(bool HadRoom, int Size)> DeflateAsync(Deflater deflater, ReadOnlyMemory<byte> rest, Memory<byte> output, DeflateFlush flush, bool mayWait)
    {
        int size = 0;
        for (; rest.Length > PerMessageDeflate.TurnBytes; rest = rest[PerMessageDeflate.TurnBytes..])
        {
            if (!deflater.TryDeflate(rest.Span[..PerMessageDeflate.TurnBytes], output.Span[size..], DeflateFlush.None, out int piece))
                return (false, size);
            size += piece;
            if (mayWait)                                                // a borrowed deflater is held over no wait
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
        bool hadRoom = deflater.TryDeflate(rest.Span, output.Span[size..], flush, out int last);
        return (hadRoom, size + last);
    }

    /// <summary>The connection's own deflater, or one that it may keep from now on.</summary>
    private Deflater? TakeKept() =>
        (Deflater?)_slot.Take() ?? (Profile.Contexts.TryEnter(_slot) ? Deflaters.Rent() : null);

    /// <param name="deflater">What was used.</param>
    /// <param name="isIntact">Whether all that it took in was sent, or is not referred to.</param>
    /// <param name="isKept">Whether it has a place with the connection.</param>
    /// <param name="isOver">Whether the message needs it no more.</param>
    private void GiveBack(Deflater deflater, bool isIntact, bool isKept, bool isOver)
    {
        bool isKeptOn = isKept && isIntact && (Profile.SendsWithTakeover || !isOver);
        if (isKept && !isKeptOn)
            Profile.Contexts.Leave(_slot);
        if (!isIntact)
            deflater.Dispose();
        else if (isKeptOn)
            _slot.Put(deflater, Profile.Contexts.Now);
        else
            Deflaters.Return(deflater);
    }
}
