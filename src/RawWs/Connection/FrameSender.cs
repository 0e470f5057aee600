using System.Buffers;
using System.IO.Pipelines;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>The one way out: every byte to the peer is written here, under the only lock of the send side.</summary>
/// <remarks>
/// While the transport takes bytes at once, a frame is written straight into its pipe. When it does not, the
/// <see cref="SendQueue"/> pumps: small frames wait in memory up to a bound, larger ones wait with their callers.
/// </remarks>
internal sealed class FrameSender
{
    /// <summary>Payloads from here on are not copied into the pipe but written beside it, in one gathered call.</summary>
    internal const int DirectBytes = 8 * 1024;

    /// <summary>Held-back bytes are flushed from here on, cork or not.</summary>
    private const int MaxCorkedBytes = 64 * 1024;

    private readonly ProtocolConnection _connection;
    private readonly bool _isMasking;
    private SendQueue? _queue;
    private int _corkThread;

    public FrameSender(ProtocolConnection connection, Role role)
    {
        _connection = connection;
        _isMasking = role == Role.Client;
    }

    /// <summary>Bytes that were accepted and that the transport has not taken.</summary>
    public long BufferedBytes
    {
        get
        {
            lock (this)
                return IsBlocked ? Queue.Bytes : Output.UnflushedBytes;
        }
    }

    /// <summary>Whether bytes wait for a peer that does not take them.</summary>
    public bool IsBlocked => _queue is { IsWriting: true };

    /// <summary>Since when no byte left, by the clock of the transport; only while <see cref="IsBlocked"/>. Takes no lock: the deadlines ask under theirs.</summary>
    public long StalledSince(long now) => _queue?.StalledSince(now) ?? now;

    private PipeWriter Output => _connection.Transport.Output;

    private CloseHandshake Close => _connection.Close;

    /// <summary>Made when the transport first takes less than everything: most connections never need one.</summary>
    private SendQueue Queue => _queue ??= new(this, _connection, _isMasking);

    /// <summary>Sends a whole message. Completes when its bytes are copied or gone.</summary>
    public ValueTask SendAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken ct) =>
        SendAsync(new FirstByte(opcode), payload, ct);

    /// <summary>Sends a whole message, which may be compressed.</summary>
    public ValueTask SendAsync(FirstByte first, ReadOnlyMemory<byte> payload, CancellationToken ct) =>
        SendAsync(first, payload, ownsPath: false, ct);

    /// <summary>Takes the data path for one message in fragments; <see cref="SendFragmentAsync"/> with FIN gives it back (section 5.4).</summary>
    /// <param name="mayQueue">Whether a fragment may then wait in memory, as a small message does, instead of with the caller.</param>
    /// <param name="ct">Gives up the turn.</param>
    public ValueTask ReserveAsync(bool mayQueue, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return ValueTask.FromCanceled(ct);
        lock (this)
        {
            ThrowIfOver();
            return Queue.TryReserve(mayQueue) ? default : Queue.WaitAsync(new(default, default) { IsReservation = true }, ct);
        }
    }

    /// <summary>Gives the data path back when no fragment was sent.</summary>
    public void ReleaseReserved()
    {
        lock (this)
            Queue.ReleasePath();
    }

    /// <summary>Sends the next frame of the message that holds the data path.</summary>
    public ValueTask SendFragmentAsync(FirstByte first, ReadOnlyMemory<byte> payload, CancellationToken ct) =>
        SendAsync(first, payload, ownsPath: true, ct);

    /// <summary>Answers a ping (section 5.5.3); while the peer takes nothing, only the latest answer waits.</summary>
    public void SendPong(ReadOnlySpan<byte> payload)
    {
        lock (this)
        {
            if (!Close.MaySend)
                return;
            if (IsBlocked)
                Queue.SetPong(payload);
            else
                Write(new(Opcode.Pong), payload);
        }
    }

    /// <summary>Sends a ping (section 5.5.2); false when the connection is over.</summary>
    public bool TrySendPing(ReadOnlySpan<byte> payload)
    {
        lock (this)
        {
            if (!Close.MaySend)
                return false;
            if (IsBlocked)
                Queue.Append(new(Opcode.Ping), payload);
            else
                Write(new(Opcode.Ping), payload);
            return true;
        }
    }

    /// <summary>Sends the close frame behind all that was accepted; whatever was not is refused. False when one was sent before.</summary>
    public bool TrySendClose(ClosePayload payload)
    {
        Span<byte> bytes = stackalloc byte[2 + ClosePayload.MaxReasonBytes];
        ReadOnlySpan<byte> written = bytes[..payload.Write(bytes)];
        lock (this)
        {
            if (!Close.MaySend)
                return false;
            if (IsBlocked)
                Queue.AppendClose(written);
            else
                TryWrite(new(Opcode.Close), written);
            Close.OnSent(payload);
            _queue?.RefuseWaiters();
            if (!IsBlocked)
                FlushUnlessCorked();
            return true;
        }
    }

    /// <summary>Holds back what this thread sends from here on, until <see cref="Uncork"/>.</summary>
    public void Cork() => _corkThread = Environment.CurrentManagedThreadId;

    public void Uncork()
    {
        lock (this)
        {
            _corkThread = 0;
            Flush();
        }
    }

    /// <summary>Pushes out what is held back; completes when the transport has everything.</summary>
    public Task FlushAsync()
    {
        lock (this)
        {
            Flush();
            return _queue?.DrainedAsync() ?? Task.CompletedTask;
        }
    }

    /// <summary>Our last byte is out: the peer is told. Under the lock, because a sender on another thread may be writing.</summary>
    public void Complete()
    {
        lock (this)
            Output.Complete();
    }

    /// <summary>Nothing is sent any more: wakes all that wait.</summary>
    public void Stop()
    {
        lock (this)
            _queue?.Stop();
    }

    /// <summary>Writes a frame: into the pipe, or behind those that wait. The caller holds the lock.</summary>
    public void WriteFrame(IBufferWriter<byte> output, FirstByte first, ReadOnlySpan<byte> payload)
    {
        uint? key = _isMasking ? MaskKeys.Next() : null;
        FrameWriter.Write(output, first, payload, key);
        _connection.FrameLog?.OnSent(first, payload, key);
    }

    /// <summary>Writes the header of a payload that follows by other means, and gives the key it is masked with. The caller holds the lock.</summary>
    public uint? WriteHeader(FirstByte first, ReadOnlyMemory<byte> payload)
    {
        uint? key = _isMasking ? MaskKeys.Next() : null;
        FrameWriter.WriteHeader(Output, first, payload.Length, key);
        _connection.FrameLog?.OnSent(first, payload.Span, key);
        return key;
    }

    private ValueTask SendAsync(FirstByte first, ReadOnlyMemory<byte> payload, bool ownsPath, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return ValueTask.FromCanceled(ct);
        lock (this)
        {
            ThrowIfOver();
            _connection.Deadlines.OnMessage();
            if (!IsBlocked && (ownsPath || _queue is null or { IsPathFree: true }))
            {
                ValueTask sent = default;
                if (payload.Length < DirectBytes)
                    Write(first, payload.Span);
                else
                    sent = SendLarge(first, payload, ct);
                if (ownsPath && first.IsFinal)
                    Queue.ReleasePath();
                return sent;
            }
            return Queue.TryAppend(first, payload.Span, ownsPath)
                ? default
                : Queue.WaitAsync(new(first, payload) { OwnsPath = ownsPath }, ct);
        }
    }

    private ValueTask SendLarge(FirstByte first, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        try
        {
            return Queue.SendLarge(first, payload, ct);
        }
        catch (IOException error)
        {
            Queue.Fail(error);
            return ValueTask.FromException(Close.ToException());
        }
    }

    private void Write(FirstByte first, ReadOnlySpan<byte> payload)
    {
        if (TryWrite(first, payload))
            FlushUnlessCorked();
    }

    /// <summary>False when the transport is gone; then the connection ends.</summary>
    private bool TryWrite(FirstByte first, ReadOnlySpan<byte> payload)
    {
        try
        {
            WriteFrame(Output, first, payload);
            return true;
        }
        catch (IOException error)
        {
            Queue.Fail(error);
            return false;
        }
    }

    private void FlushUnlessCorked()
    {
        if (_corkThread != Environment.CurrentManagedThreadId || Output.UnflushedBytes >= MaxCorkedBytes)
            Flush();
    }

    private void Flush()
    {
        long bytes = Output.UnflushedBytes;
        if (IsBlocked || bytes == 0)
            return;
        try
        {
            ValueTask<FlushResult> write = Output.FlushAsync();
            if (!write.IsCompletedSuccessfully)
                Queue.Start(write, bytes, null);
            else if (write.Result.IsCompleted)
                Close.OnError(WebSocketCloseInitiator.Remote, new IOException("The peer stopped reading."));
        }
        catch (IOException error)
        {
            Queue.Fail(error);
        }
    }

    private void ThrowIfOver()
    {
        if (!Close.MaySend)
            throw Close.ToException();
    }
}
