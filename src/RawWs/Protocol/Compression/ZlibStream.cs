using System.Runtime.InteropServices;

namespace RawWs.Protocol.Compression;

/// <summary>A context: the native memory of a deflater or an inflater. One user at a time; whoever drops it disposes it.</summary>
internal abstract unsafe class ZlibStream : SafeHandle
{
    private static int _live;

    protected ZlibStream()
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(Zlib.Stream)));
        Interlocked.Increment(ref _live);
    }

    /// <summary>How many there are in this process.</summary>
    public static int Live => Volatile.Read(ref _live);

    public override bool IsInvalid => handle == 0;

    protected sealed override bool ReleaseHandle()
    {
        var stream = (Zlib.Stream*)handle;
        if (stream->State != 0)                                         // else it could not be made
            End(stream);
        NativeMemory.Free(stream);
        Interlocked.Decrement(ref _live);
        return true;
    }

    /// <summary>Gives back what zlib holds.</summary>
    protected abstract void End(Zlib.Stream* stream);

    /// <summary>One step of zlib.</summary>
    protected abstract int Step(Zlib.Stream* stream, int flush);

    /// <summary>One step over memory that stays where it is.</summary>
    /// <param name="input">Moved past what was used.</param>
    /// <param name="output">Not empty: zlib refuses a null pointer.</param>
    /// <param name="flush">zlib's.</param>
    /// <param name="written">How much of the output was filled.</param>
    /// <returns>zlib's result.</returns>
    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    protected int Run(scoped ref ReadOnlySpan<byte> input, scoped Span<byte> output, int flush, out int written)
    {
        using Use use = new(this);
        fixed (byte* from = input, to = output)
        {
            Zlib.Stream* stream = use.Stream;
            stream->NextIn = from;
            stream->AvailableIn = (uint)input.Length;
            stream->NextOut = to;
            stream->AvailableOut = (uint)output.Length;
            int result = Step(stream, flush);
            written = output.Length - (int)stream->AvailableOut;
            input = input[^(int)stream->AvailableIn..];
            return result;
        }
    }

    /// <summary>What a step came to, where nothing but success is expected.</summary>
    /// <exception cref="InsufficientMemoryException">There is no memory.</exception>
    protected void ThrowUnlessOk(int result)
    {
        if (result == Zlib.Ok)
            return;
        Dispose();
        throw result == Zlib.MemoryError
            ? new InsufficientMemoryException("There is no memory for compression.")
            : new InvalidOperationException($"zlib cannot work with these parameters: error {result}.");
    }

    /// <summary>The stream while it is worked on: it does not end meanwhile, whoever disposes or forgets it.</summary>
    protected readonly ref struct Use
    {
        private readonly ZlibStream _owner;

        /// <exception cref="ObjectDisposedException">It has ended.</exception>
        public Use(ZlibStream owner)
        {
            bool isHeld = false;
            owner.DangerousAddRef(ref isHeld);
            _owner = owner;
        }

        public Zlib.Stream* Stream => (Zlib.Stream*)_owner.handle;

        public void Dispose() => _owner.DangerousRelease();
    }
}
