using System.IO.Compression;
using RawWs.Protocol.Compression;

namespace RawWs.Tests.Support;

/// <summary>How a peer compresses its messages (RFC 7692 section 7.2.1): by .NET's own stream, which has no part of the library; a smaller window only the library's deflater can have.</summary>
/// <param name="takesOver">Whether a message may refer to those before.</param>
/// <param name="windowBits">9 to 15.</param>
internal sealed class PeerDeflater(bool takesOver, int windowBits = DeflateParameters.MaxWindowBits) : IDisposable
{
    private const int Level = 6;
    private const int MemoryLevel = 8;

    private readonly MemoryStream _output = new();
    private DeflateStream? _stream;
    private Deflater? _deflater;

    /// <summary>What a compressed message ends with, and is sent without.</summary>
    public static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xff, 0xff];

    /// <summary>The payload of a compressed message.</summary>
    public byte[] Deflate(ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty) return [0x00];                             // RFC 7692 section 7.2.3.6
        byte[] flushed = windowBits == DeflateParameters.MaxWindowBits ? ByStream(message) : ByLibrary(message);
        if (!flushed.AsSpan().EndsWith(Tail)) throw new InvalidOperationException("The message was not flushed");
        return flushed[..^Tail.Length];
    }

    /// <summary>The same of a single message.</summary>
    public static byte[] DeflateOne(ReadOnlySpan<byte> message)
    {
        using PeerDeflater deflater = new(takesOver: false);
        return deflater.Deflate(message);
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _deflater?.Dispose();
        _output.Dispose();
    }

    private byte[] ByStream(ReadOnlySpan<byte> message)
    {
        if (!takesOver)
        {
            _stream?.Dispose();
            _stream = null;
        }

        _stream ??= new DeflateStream(_output, CompressionLevel.Optimal, leaveOpen: true);
        _output.SetLength(0);
        _stream.Write(message);
        _stream.Flush();                                                // a sync flush
        return _output.ToArray();
    }

    private byte[] ByLibrary(ReadOnlySpan<byte> message)
    {
        _deflater ??= new Deflater(Level, windowBits, MemoryLevel);
        byte[] output = new byte[Deflater.MaxOutput(message.Length)];
        if (!_deflater.TryDeflate(message, output, takesOver ? DeflateFlush.Sync : DeflateFlush.Full, out int written))
            throw new InvalidOperationException("The output has no room");
        return output[..written];
    }
}
