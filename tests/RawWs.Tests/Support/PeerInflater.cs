using System.IO.Compression;
using RawWs.Protocol.Compression;

namespace RawWs.Tests.Support;

/// <summary>How a peer reads compressed messages (RFC 7692 section 7.2.2): by .NET's own stream, which has no part of the library; that one has the largest window, so a smaller one is the library's.</summary>
/// <param name="takesOver">Whether a message may refer to those before; when not, each is read by a stream of its own.</param>
/// <param name="windowBits">8 to 15. What refers to something further back is an exception.</param>
internal sealed class PeerInflater(bool takesOver, int windowBits = DeflateParameters.MaxWindowBits) : IDisposable
{
    private readonly MemoryStream _input = new();
    private DeflateStream? _stream;
    private Inflater? _inflater;

    public byte[] Inflate(ReadOnlySpan<byte> payload) => windowBits == DeflateParameters.MaxWindowBits ? ByStream(payload) : ByLibrary(payload);

    /// <summary>The same of a single message.</summary>
    public static byte[] InflateOne(ReadOnlySpan<byte> payload)
    {
        using PeerInflater inflater = new(takesOver: false);
        return inflater.Inflate(payload);
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _inflater?.Dispose();
        _input.Dispose();
    }

    private byte[] ByStream(ReadOnlySpan<byte> payload)
    {
        if (!takesOver)
        {
            _stream?.Dispose();
            _stream = null;
        }

        _stream ??= new DeflateStream(_input, CompressionMode.Decompress, leaveOpen: true);
        _input.SetLength(0);
        _input.Write(payload);
        _input.Write(PeerDeflater.Tail);
        _input.Position = 0;
        using MemoryStream output = new();
        _stream.CopyTo(output);
        return output.ToArray();
    }

    /// <summary>Byte by byte: only then the window alone is what can be referred to.</summary>
    private byte[] ByLibrary(ReadOnlySpan<byte> payload)
    {
        _inflater ??= new Inflater(windowBits);
        if (!takesOver) _inflater.Reset();
        using MemoryStream output = new();
        byte[] next = new byte[1];
        for (int left = -1; left != payload.Length;)
        {
            left = payload.Length;
            while (_inflater.Inflate(ref payload, next) > 0)
                output.Write(next);
        }

        _inflater.EndMessage();
        return output.ToArray();
    }
}
