using System.Buffers;
using System.IO.Pipelines;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>What waits while the transport takes no more bytes, and the order in which it leaves. Guarded by the sender's lock.</summary>
internal sealed class SendQueue(FrameSender gate, ProtocolConnection connection, bool isMasking)
{
    /// <summary>A client masks large payloads through the pipe in blocks of this size.</summary>
    private const int MaskBlockBytes = 64 * 1024;

    private const int NoPong = -1;

    private readonly OutboundBuffer _frames = new();
    private readonly SendTurns _turns = new();
    private byte[]? _pong;
    private int _pongLength = NoPong;
    private long _inFlight;
    private long _progress;
    private long _progressAt;
    private TaskCompletionSource? _drained;

    /// <summary>Whether an asynchronous write owns the pipe.</summary>
    public bool IsWriting { get; private set; }

    /// <summary>Whether a new message may go next.</summary>
    public bool IsPathFree => _turns.IsFree;

    public long Bytes => _inFlight + _frames.Length;

    private PipeWriter Output => connection.Transport.Output;

    private CloseHandshake Close => connection.Close;

    /// <summary>Since when no byte left.</summary>
    public long StalledSince(long now)
    {
        long sent = connection.Transport.BytesSent;
        if (sent != _progress)
            (_progress, _progressAt) = (sent, now);
        return _progressAt;
    }

    public bool TryReserve(bool mayQueue)
    {
        if (!IsPathFree || (IsWriting && !mayQueue))
            return false;
        _turns.Take();
        return true;
    }

    public void ReleasePath()
    {
        _turns.Release();
        if (!IsWriting && _turns.IsWaitedFor)                           // else what is corked stays so
            Resume();
    }

    public Task DrainedAsync() =>
        IsWriting ? (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;

    /// <summary>Copies a frame behind those that wait, bound or not: for control frames, which are small and few.</summary>
    public void Append(FirstByte first, ReadOnlySpan<byte> payload) =>
        gate.WriteFrame(_frames, first, payload);

    /// <summary>Copies a data frame behind those that wait; false when it has to wait with its caller.</summary>
    public bool TryAppend(FirstByte first, ReadOnlySpan<byte> payload, bool ownsPath)
    {
        bool isMyTurn = ownsPath || IsPathFree;
        if (!isMyTurn || !IsWriting || payload.Length >= FrameSender.DirectBytes || _frames.Length + payload.Length > connection.Options.MaxQueuedBytes)
            return false;
        Append(first, payload);
        if (ownsPath && first.IsFinal)
            _turns.Release();
        return true;
    }

    /// <summary>The last frame: the pong that waits goes before it.</summary>
    public void AppendClose(ReadOnlySpan<byte> payload)
    {
        WritePong(_frames);
        Append(new(Opcode.Close), payload);
    }

    /// <summary>Replaces the pong that waits: only the latest is owed (section 5.5.3).</summary>
    public void SetPong(ReadOnlySpan<byte> payload)
    {
        _pong ??= new byte[FrameHeader.MaxControlPayload];
        payload.CopyTo(_pong);
        _pongLength = payload.Length;
    }

    public ValueTask WaitAsync(SendWaiter waiter, CancellationToken ct)
    {
        _turns.Wait(waiter);
        waiter.OnCancel(Cancel, ct);
        return new(waiter.Task);
    }

    /// <summary>Sends a payload without copying it into the pipe; the pipe is free when this is called.</summary>
    public ValueTask SendLarge(FirstByte first, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        if (!isMasking)
        {
            gate.WriteHeader(first, payload);
            long inFlight = Output.UnflushedBytes + payload.Length;
            ValueTask<FlushResult> write = Output.WriteAsync(payload, CancellationToken.None);
            if (write.IsCompletedSuccessfully)
            {
                Observe(write.Result);
                return default;
            }
            SendWaiter rest = new(first, default) { HasBegun = true };
            rest.OnCancel(Cancel, ct);
            Start(write, inFlight, rest);
            return new(rest.Task);
        }
        SendWaiter waiter = new(first, payload);
        waiter.OnCancel(Cancel, ct);
        Start(Begin(waiter), _inFlight, waiter);
        return new(waiter.Task);
    }

    /// <summary>Follows a write that is not over: the pump takes the pipe.</summary>
    public void Start(ValueTask<FlushResult> write, long inFlight, SendWaiter? owner)
    {
        _inFlight = inFlight;
        Pump(write, owner, null);
    }

    public void RefuseWaiters() => _turns.Refuse(Close.ToException);

    public void Stop()
    {
        RefuseWaiters();
        _pongLength = NoPong;
        _frames.Clear();
        _drained?.TrySetResult();
        if (IsWriting)
            connection.Transport.Abort("The connection is over.");      // what the transport has not taken would hold its sender for ever
    }

    /// <summary>The transport is gone: so is all that waits.</summary>
    public void Fail(IOException error, SendWaiter? owner = null)
    {
        IsWriting = false;
        connection.OnSendFailed(error);
        owner?.Fail(Close.ToException());
        Stop();
    }

    private void Resume()
    {
        SendWaiter? owner = null;
        byte[]? block = null;
        try
        {
            if (TryNext(ref owner, ref block, out ValueTask<FlushResult> write))
                Pump(write, owner, block);
        }
        catch (IOException error)
        {
            Fail(error, owner);
        }
    }

    private void Pump(ValueTask<FlushResult> write, SendWaiter? owner, byte[]? block)
    {
        IsWriting = true;
        Watch(write);
        _ = PumpAsync(write, owner, block);
    }

    /// <summary>The send timeout counts from here on, when the transport does not take everything at once.</summary>
    private void Watch(in ValueTask<FlushResult> write)
    {
        if (write.IsCompleted)
            return;
        (_progress, _progressAt) = (connection.Transport.BytesSent, connection.Transport.Time.GetTimestamp());
        connection.Deadlines.OnSendBlocked(_progressAt);
    }

    /// <summary>Runs while the transport is the slower side; there is one at a time.</summary>
    private async Task PumpAsync(ValueTask<FlushResult> write, SendWaiter? owner, byte[]? block)
    {
        try
        {
            while (true)
            {
                FlushResult result = await write.ConfigureAwait(false);
                if (block is not null)
                    ArrayPool<byte>.Shared.Return(block);
                block = null;
                lock (gate)
                {
                    Observe(result);
                    if (owner is { Rest.IsEmpty: true })
                    {
                        owner.Complete();
                        owner = null;
                    }
                    if (TryNext(ref owner, ref block, out write))
                    {
                        Watch(write);
                        continue;
                    }
                    IsWriting = false;
                    _drained?.TrySetResult();
                    _drained = null;
                    return;
                }
            }
        }
        catch (IOException error)
        {
            lock (gate)
                Fail(error, owner);
            if (block is not null)
                ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>The order of what waits: the rest of a payload that has begun, the pong, copied frames, a fragment, whole messages.</summary>
    private bool TryNext(ref SendWaiter? owner, ref byte[]? block, out ValueTask<FlushResult> write)
    {
        if (owner is not null)
        {
            write = WritePiece(owner);
            return true;
        }
        WritePong(Output);
        if (_frames.TryTake(out block, out int length))
        {
            _inFlight = Output.UnflushedBytes + length;
            write = Output.WriteAsync(block.AsMemory(0, length), CancellationToken.None);
            return true;
        }
        while (Output.UnflushedBytes < MaskBlockBytes && _turns.TryNext(out SendWaiter? waiter))
        {
            owner = waiter;
            if (waiter.Rest.Length >= FrameSender.DirectBytes)
            {
                write = Begin(waiter);
                return true;
            }
            if (!waiter.IsReservation)
                gate.WriteFrame(Output, waiter.First, waiter.Rest.Span);
            waiter.Complete();
            owner = null;
        }
        _inFlight = Output.UnflushedBytes;
        write = _inFlight > 0 ? Output.FlushAsync(CancellationToken.None) : default;
        return _inFlight > 0;
    }

    private void WritePong(IBufferWriter<byte> output)
    {
        if (_pongLength >= 0)
            gate.WriteFrame(output, new(Opcode.Pong), _pong.AsSpan(0, _pongLength));
        _pongLength = NoPong;
    }

    private ValueTask<FlushResult> Begin(SendWaiter waiter)
    {
        waiter.HasBegun = true;
        waiter.MaskKey = gate.WriteHeader(waiter.First, waiter.Rest).GetValueOrDefault();
        return WritePiece(waiter);
    }

    private ValueTask<FlushResult> WritePiece(SendWaiter waiter)
    {
        ReadOnlyMemory<byte> rest = waiter.Rest;
        _inFlight = Output.UnflushedBytes + rest.Length;
        if (!isMasking)
        {
            waiter.Rest = default;
            return Output.WriteAsync(rest, CancellationToken.None);
        }
        int size = Math.Min(rest.Length, MaskBlockBytes);
        waiter.MaskKey = FrameMask.Apply(rest.Span[..size], Output.GetSpan(size), waiter.MaskKey);
        Output.Advance(size);
        waiter.Rest = rest[size..];
        return Output.FlushAsync(CancellationToken.None);
    }

    private void Cancel(SendWaiter waiter, CancellationToken ct)
    {
        lock (gate)
        {
            if (!waiter.HasBegun)
            {
                waiter.TrySetCanceled(ct);
                return;
            }
            waiter.TrySetCanceled(ct);
        }
        connection.Abort(new OperationCanceledException("A send was canceled after its first byte had left.", ct));
    }

    private void Observe(FlushResult result)
    {
        if (result.IsCompleted)
            Close.OnError(WebSocketCloseInitiator.Remote, new IOException("The peer stopped reading."));
    }
}
