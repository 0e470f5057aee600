using System.IO.Pipelines;
using RawWs.Protocol.Framing;
using RawWs.Transport;

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

    private readonly object _gate = new();
    private readonly PipeWriter _output;
    private readonly CloseHandshake _close;
    private readonly MaskKeys? _masks;
    private readonly SendQueue _queue;
    private int _corkThread;

    public FrameSender(ITransportConnection transport, Role role, int maxQueuedBytes, CloseHandshake close, Deadlines deadlines)
    {
        _output = transport.Output;
        _close = close;
        _masks = role == Role.Client ? new MaskKeys() : null;
        _queue = new SendQueue(_gate, transport, _masks, maxQueuedBytes, close, deadlines);
    }

    /// <summary>Bytes that were accepted and that the transport has not taken.</summary>
    public long BufferedBytes
    {
        get
        {
            lock (_gate)
                return _queue.IsWriting ? _queue.Bytes : _output.UnflushedBytes;
        }
    }

    /// <summary>Whether bytes wait for a peer that does not take them.</summary>
    public bool IsBlocked => _queue.IsWriting;

    /// <summary>Sends a whole message. Completes when its bytes are copied or gone.</summary>
    public ValueTask SendAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken ct) =>
        SendAsync(opcode, isFinal: true, payload, ownsPath: false, ct);

    /// <summary>Takes the data path for one message in fragments; <see cref="SendFragmentAsync"/> with FIN gives it back (section 5.4).</summary>
    public ValueTask ReserveAsync(CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return ValueTask.FromCanceled(ct);
        lock (_gate)
        {
            ThrowIfOver();
            return _queue.TryReserve() ? default : _queue.WaitAsync(new(default, false, default) { IsReservation = true }, ct);
        }
    }

    /// <summary>Sends the next frame of the message that holds the data path.</summary>
    public ValueTask SendFragmentAsync(Opcode opcode, bool isFinal, ReadOnlyMemory<byte> payload, CancellationToken ct) =>
        SendAsync(opcode, isFinal, payload, ownsPath: true, ct);

    /// <summary>Answers a ping (section 5.5.3); while the peer takes nothing, only the latest answer waits.</summary>
    public void SendPong(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (!_close.MaySend)
                return;
            if (_queue.IsWriting)
                _queue.SetPong(payload);
            else
                Write(Opcode.Pong, isFinal: true, payload);
        }
    }

    /// <summary>Sends a ping (section 5.5.2); false when the connection is over.</summary>
    public bool TrySendPing(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (!_close.MaySend)
                return false;
            if (_queue.IsWriting)
                _queue.Append(Opcode.Ping, isFinal: true, payload);
            else
                Write(Opcode.Ping, isFinal: true, payload);
            return true;
        }
    }

    /// <summary>Sends the close frame behind all that was accepted; whatever was not is refused. False when one was sent before.</summary>
    public bool TrySendClose(ClosePayload payload)
    {
        Span<byte> bytes = stackalloc byte[2 + ClosePayload.MaxReasonBytes];
        ReadOnlySpan<byte> written = bytes[..payload.Write(bytes)];
        lock (_gate)
        {
            if (!_close.MaySend)
                return false;
            if (_queue.IsWriting)
                _queue.Append(Opcode.Close, isFinal: true, written);
            else
                TryWrite(Opcode.Close, isFinal: true, written);
            _close.OnSent(payload);
            _queue.RefuseWaiters();
            if (!_queue.IsWriting)
                FlushUnlessCorked();
            return true;
        }
    }

    /// <summary>Holds back what this thread sends from here on, until <see cref="Uncork"/>.</summary>
    public void Cork() => _corkThread = Environment.CurrentManagedThreadId;

    public void Uncork()
    {
        lock (_gate)
        {
            _corkThread = 0;
            Flush();
        }
    }

    /// <summary>Pushes out what is held back; completes when the transport has everything.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            Flush();
            return _queue.DrainedAsync();
        }
    }

    /// <summary>Nothing is sent any more: wakes all that wait.</summary>
    public void Stop()
    {
        lock (_gate)
            _queue.Stop();
    }

    private ValueTask SendAsync(Opcode opcode, bool isFinal, ReadOnlyMemory<byte> payload, bool ownsPath, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return ValueTask.FromCanceled(ct);
        lock (_gate)
        {
            ThrowIfOver();
            if (!_queue.IsWriting && (ownsPath || _queue.IsPathFree))
            {
                ValueTask sent = default;
                if (payload.Length < DirectBytes)
                    Write(opcode, isFinal, payload.Span);
                else
                    sent = _queue.SendLarge(opcode, isFinal, payload, ct);
                if (ownsPath && isFinal)
                    _queue.ReleasePath();
                return sent;
            }
            return _queue.TryAppend(opcode, isFinal, payload.Span, ownsPath)
                ? default
                : _queue.WaitAsync(new(opcode, isFinal, payload) { OwnsPath = ownsPath }, ct);
        }
    }

    private void Write(Opcode opcode, bool isFinal, ReadOnlySpan<byte> payload)
    {
        if (TryWrite(opcode, isFinal, payload))
            FlushUnlessCorked();
    }

    /// <summary>A pipe that broke is noted; the receive loop ends the connection.</summary>
    private bool TryWrite(Opcode opcode, bool isFinal, ReadOnlySpan<byte> payload)
    {
        try
        {
            FrameWriter.Write(_output, opcode, isFinal, payload, _masks?.Next());
            return true;
        }
        catch (IOException error)
        {
            _close.OnError(WebSocketCloseInitiator.Remote, error);
            return false;
        }
    }

    private void FlushUnlessCorked()
    {
        if (_corkThread != Environment.CurrentManagedThreadId || _output.UnflushedBytes >= MaxCorkedBytes)
            Flush();
    }

    private void Flush()
    {
        if (!_queue.IsWriting && _output.UnflushedBytes > 0)
            _queue.Start(_output.FlushAsync(), null);
    }

    private void ThrowIfOver()
    {
        if (!_close.MaySend)
            throw _close.ToException();
    }
}
