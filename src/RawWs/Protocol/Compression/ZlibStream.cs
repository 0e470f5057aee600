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

    protected Zlib.Stream* Stream => (Zlib.Stream*)handle;

    protected sealed override bool ReleaseHandle()
    {
        if (Stream->State != 0)                                         // else it could not be made
            End(Stream);
        NativeMemory.Free(Stream);
        Interlocked.Decrement(ref _live);
        return true;
    }

    /// <summary>Gives back what zlib holds.</summary>
    protected abstract void End(Zlib.Stream* stream);

    /// <summary>What making or resetting a stream came to.</summary>
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
}
