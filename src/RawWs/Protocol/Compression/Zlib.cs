using System.Runtime.InteropServices;

namespace RawWs.Protocol.Compression;

/// <summary>The native binding: zlib as it ships inside .NET, by the exports that .NET 8, 9 and 10 have.</summary>
internal static unsafe partial class Zlib
{
    // what zlib.h calls them
    public const int SyncFlush = 2;
    public const int FullFlush = 3;
    public const int NoFlush = 0;
    public const int BlockFlush = 5;
    public const int Ok = 0;
    public const int StreamEnd = 1;
    public const int DataError = -3;
    public const int MemoryError = -4;
    public const int BufferError = -5;

    private const int Deflated = 8;
    private const int DefaultStrategy = 0;

    /// <summary>As on Windows; elsewhere the loader puts <c>lib</c> before it.</summary>
    private const string Library = "System.IO.Compression.Native";

    /// <summary>Whether the library is there.</summary>
    public static bool IsAvailable { get; } = Probe();

    /// <summary>zlib's stream, as .NET lays it out.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Stream
    {
        public byte* NextIn;
        public byte* NextOut;
        public nint Message;
        public nint State;
        public uint AvailableIn;
        public uint AvailableOut;
    }

    /// <summary>A negative window means a raw stream: no header, no checksum (RFC 7692 section 7.2.1).</summary>
    public static int DeflateInit(Stream* stream, int level, int windowBits, int memoryLevel) =>
        DeflateInit2(stream, level, Deflated, -windowBits, memoryLevel, DefaultStrategy);

    public static int InflateInit(Stream* stream, int windowBits) => InflateInit2(stream, -windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Deflate")]
    public static partial int Deflate(Stream* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateEnd")]
    public static partial int DeflateEnd(Stream* stream);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    public static partial int Inflate(Stream* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    public static partial int InflateEnd(Stream* stream);

    /// <summary>Forgets everything; .NET has an export for it from 10 on.</summary>
    public static int InflateReset(Stream* stream, int windowBits)
    {
#if NET10_0_OR_GREATER
        return InflateReset2(stream, -windowBits);
#else
        _ = InflateEnd(stream);
        return InflateInit(stream, windowBits);
#endif
    }

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateInit2_")]
    private static partial int DeflateInit2(Stream* stream, int level, int method, int windowBits, int memoryLevel, int strategy);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    private static partial int InflateInit2(Stream* stream, int windowBits);

#if NET10_0_OR_GREATER
    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateReset2_")]
    private static partial int InflateReset2(Stream* stream, int windowBits);
#endif

    private static bool Probe()
    {
        Stream stream = default;
        try
        {
            return InflateInit(&stream, 15) == Ok && InflateEnd(&stream) == Ok;
        }
        catch (DllNotFoundException)
        {
            return false;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }
}
