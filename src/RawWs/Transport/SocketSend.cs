using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace RawWs.Transport;

/// <summary>Sends as much as the kernel takes at once, of one piece of memory or of two in one call.</summary>
internal static class SocketSend
{
    [ThreadStatic]
    private static ArraySegment<byte>[]? _both;

    /// <summary>Gives how much was taken; an error other than <see cref="SocketError.WouldBlock"/> says why the socket takes nothing any more.</summary>
    public static long Now(Socket socket, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> rest, out SocketError error)
    {
        error = SocketError.Success;
        try
        {
            if (head.IsEmpty || rest.IsEmpty)
                return Now(socket, head.IsEmpty ? rest.Span : head.Span, ref error);
            if (MemoryMarshal.TryGetArray(head, out ArraySegment<byte> first) && MemoryMarshal.TryGetArray(rest, out ArraySegment<byte> second))
                return Gathered(socket, first, second, out error);
            int sent = Now(socket, head.Span, ref error);
            return sent < head.Length ? sent : (long)sent + Now(socket, rest.Span, ref error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return 0;
        }
    }

    private static int Now(Socket socket, ReadOnlySpan<byte> bytes, ref SocketError error) =>
        bytes.IsEmpty ? 0 : socket.Send(bytes, SocketFlags.None, out error);

    private static int Gathered(Socket socket, ArraySegment<byte> first, ArraySegment<byte> second, out SocketError error)
    {
        ArraySegment<byte>[] both = _both ??= new ArraySegment<byte>[2];
        both[0] = first;
        both[1] = second;
        int sent = socket.Send(both, SocketFlags.None, out error);
        Array.Clear(both);          // it must not keep the caller's memory alive
        return sent;
    }
}
