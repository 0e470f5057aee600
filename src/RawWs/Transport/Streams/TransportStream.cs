using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace RawWs.Transport.Streams;

/// <summary>A connection's pipes as the stream that <see cref="System.Net.Security.SslStream"/> wants: it reads and writes as they do, and adds no buffer.</summary>
/// <remarks>
/// A read of no bytes completes when there are some, or when the end is reached. Tokens are not passed on: a call is ended by aborting the connection.
/// Disposing does nothing: the connection belongs to whoever made this.
/// </remarks>
internal sealed class TransportStream(ITransportConnection inner) : Stream
{
    private readonly SemaphoreSlim _writeTurn = new(1, 1);

    /// <summary>Whether what a call is awaited by goes on on the thread pool, whatever thread the connection completes it on.</summary>
    public bool CompletesOnPool { get; set; }

    /// <summary>Whether the peer's end was read.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The first failure of the connection beneath.</summary>
    public IOException? Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = inner.Input.ReadAsync(CancellationToken.None);
        if (read.IsCompletedSuccessfully)
            return new ValueTask<int>(Take(read.Result, buffer));
        return CompletesOnPool ? OnPoolAsync(ReadPendingAsync(read, buffer)) : ReadPendingAsync(read, buffer);
    }

    /// <summary>Two at once take turns: a read of TLS may have to answer, while a write is under way.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_writeTurn.Wait(0, CancellationToken.None))
            return new ValueTask(WriteInTurnAsync(buffer));
        ValueTask<FlushResult> write = WriteNow(buffer);
        if (!write.IsCompletedSuccessfully)
            return new ValueTask(CompletesOnPool ? OnPoolAsync(WritePendingAsync(write)) : WritePendingAsync(write));
        write.GetAwaiter().GetResult();
        _writeTurn.Release();
        return default;
    }

    /// <summary>For the alert that refuses a certificate: it goes out where there is room, and nobody waits for it.</summary>
    public override void Write(ReadOnlySpan<byte> buffer) => _ = ForgetAsync(WriteAsync(buffer.ToArray(), CancellationToken.None));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // every write is one
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A thread never waits for the network here: use ReadAsync.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static async ValueTask<int> OnPoolAsync(ValueTask<int> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        finally
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    private static async Task OnPoolAsync(Task call)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        await call.ConfigureAwait(false);
    }

    private static async Task ForgetAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (IOException)
        {
            // the connection is over as it is
        }
    }

    private int Take(in ReadResult result, Memory<byte> buffer)
    {
        ReadOnlySequence<byte> bytes = result.Buffer;
        int count = (int)Math.Min(bytes.Length, buffer.Length);
        SequencePosition end = bytes.GetPosition(count);
        bytes.Slice(0, end).CopyTo(buffer.Span);
        IsEnded |= bytes.IsEmpty && result.IsCompleted;
        inner.Input.AdvanceTo(end, end);
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadPendingAsync(ValueTask<ReadResult> read, Memory<byte> buffer)
    {
        try
        {
            return Take(await read.ConfigureAwait(false), buffer);
        }
        catch (IOException e)
        {
            Failure ??= e;
            throw;
        }
    }

    private ValueTask<FlushResult> WriteNow(ReadOnlyMemory<byte> buffer)
    {
        try
        {
            return inner.Output.WriteAsync(buffer, CancellationToken.None);
        }
        catch (IOException e)
        {
            return ValueTask.FromException<FlushResult>(e);
        }
    }

    private async Task WritePendingAsync(ValueTask<FlushResult> write)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (IOException e)
        {
            Failure ??= e;
            throw;
        }
        finally
        {
            _writeTurn.Release();
        }
    }

    private async Task WriteInTurnAsync(ReadOnlyMemory<byte> buffer)
    {
        await _writeTurn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        await WritePendingAsync(WriteNow(buffer)).ConfigureAwait(false);
    }
}
