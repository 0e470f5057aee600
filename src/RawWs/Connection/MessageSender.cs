using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using RawWs.Protocol.Compression;
using RawWs.Protocol.Framing;

namespace RawWs.Connection;

/// <summary>Sends messages, compressed where that was agreed on and is worth it (RFC 7692 section 6.1).</summary>
internal static class MessageSender
{
    private const int StreamBlockBytes = 64 * 1024;

    /// <summary>Sends a whole message. Any thread, at any time.</summary>
    public static ValueTask SendAsync(ProtocolConnection connection, Opcode opcode, ReadOnlyMemory<byte> payload, SendOptions options, CancellationToken ct)
    {
        if (connection.Deflate is not { } deflate || !deflate.IsWorthIt(payload.Length, options.Compress))
            return connection.Sender.SendAsync(opcode, payload, ct);
        if (ct.IsCancellationRequested)
            return ValueTask.FromCanceled(ct);
        return deflate.Profile.SendsWithTakeover || payload.Length > PerMessageDeflate.TurnBytes
            ? deflate.EnsureDeflater().SendAsync(connection.Sender, opcode, payload, options.Compress, ct)
            : SendAloneAsync(deflate, connection.Sender, opcode, payload, ct);
    }

    /// <summary>Sends the next frame of a message; the caller has the data path, and the first frame decides whether the message is compressed.</summary>
    public static ValueTask SendFragmentAsync(ProtocolConnection connection, FirstByte first, ReadOnlyMemory<byte> payload, SendOptions options, CancellationToken ct) =>
        connection.Deflate is { } deflate
            ? deflate.EnsureDeflater().SendFragmentAsync(connection.Sender, first, payload, options.Compress, ct)
            : connection.Sender.SendFragmentAsync(first, payload, ct);

    /// <summary>Sends one message in fragments as a stream gives them.</summary>
    public static async ValueTask SendStreamAsync(ProtocolConnection connection, Stream source, Opcode opcode, SendOptions options, CancellationToken ct)
    {
        await connection.Sender.ReserveAsync(mayQueue: false, ct).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(StreamBlockBytes);
        bool isWhole = false;
        try
        {
            while (await source.ReadAsync(buffer, ct).ConfigureAwait(false) is > 0 and int size)
            {
                await SendFragmentAsync(connection, new(opcode, IsFinal: false), buffer.AsMemory(0, size), options, ct).ConfigureAwait(false);
                opcode = Opcode.Continuation;
            }
            await SendFragmentAsync(connection, new(opcode), default, options, ct).ConfigureAwait(false);
            isWhole = true;
        }
        finally
        {
            if (!isWhole && opcode == Opcode.Continuation)
                connection.StartClose(new ClosePayload(WebSocketCloseStatus.InternalServerError, "The message could not be completed"));
            else if (!isWhole)
                connection.Sender.ReleaseReserved();
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Sends a message that refers to no other: with a deflater that is borrowed for it.</summary>
    private static ValueTask SendAloneAsync(PerMessageDeflate deflate, FrameSender sender, Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        byte[] output = ArrayPool<byte>.Shared.Rent(Deflater.MaxOutput(payload.Length));
        ContextPool<Deflater> deflaters = deflate.Profile.Deflaters!;
        Deflater deflater = deflaters.Rent();
        bool hadRoom = deflater.TryDeflate(payload.Span, output, DeflateFlush.Full, out int size);
        if (hadRoom)
            deflaters.Return(deflater);
        else
            deflater.Dispose();
        size = MessageTail.Remove(output, size);
        if (!hadRoom || size >= payload.Length)
        {
            ArrayPool<byte>.Shared.Return(output);
            return sender.SendAsync(opcode, payload, ct);
        }
        ValueTask sent = sender.SendAsync(new FirstByte(opcode, Rsv1: true), output.AsMemory(0, size), ct);
        if (!sent.IsCompletedSuccessfully)
            return EndAsync(deflate, sent, output, payload.Length, size);
        deflate.CountSent(payload.Length, size);
        ArrayPool<byte>.Shared.Return(output);
        return default;
    }

    /// <summary>A canceled send may still be read by the transport that is being aborted: then the buffer is not reused.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask EndAsync(PerMessageDeflate deflate, ValueTask sent, byte[] output, int bytes, int compressedBytes)
    {
        await sent.ConfigureAwait(false);
        deflate.CountSent(bytes, compressedBytes);
        ArrayPool<byte>.Shared.Return(output);
    }
}
