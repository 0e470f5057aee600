using System.Runtime.InteropServices;

namespace RawWs.Protocol.Compression;

/// <summary>The C library's heap, in which zlib's memory lies.</summary>
internal static partial class NativeHeap
{
    private static bool _isKnown = OperatingSystem.IsLinux();

    /// <summary>Gives what was freed back to the system: glibc keeps blocks as large as a deflater's for the next, once one was freed. Other libraries do not, or have no way to tell them.</summary>
    public static void Trim()
    {
        if (!_isKnown)
            return;
        try
        {
            _ = MallocTrim(0);
        }
        catch (DllNotFoundException)                                    // not glibc
        {
            _isKnown = false;
        }
        catch (EntryPointNotFoundException)
        {
            _isKnown = false;
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
