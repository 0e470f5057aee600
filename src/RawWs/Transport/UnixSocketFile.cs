using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>Listens on a unix socket's path, also over the file that a dead server has left there.</summary>
internal static class UnixSocketFile
{
    /// <summary>Closing the socket deletes the file.</summary>
    public static Socket Listen(UnixDomainSocketEndPoint path, int backlog)
    {
        Socket socket = Create();
        bool isListening = false;
        try
        {
            Bind(socket, path);
            socket.Listen(backlog);
            isListening = true;
            return socket;
        }
        finally
        {
            if (!isListening)
                socket.Dispose();
        }
    }

    private static void Bind(Socket socket, UnixDomainSocketEndPoint path)
    {
        try
        {
            socket.Bind(path);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && IsSocket(path) && !IsServed(path))
        {
            File.Delete(path.ToString());
            socket.Bind(path);
        }
    }

    private static bool IsServed(UnixDomainSocketEndPoint path)
    {
        using Socket probe = Create();
        probe.Blocking = false;             // a server that is behind with accepting would keep us waiting
        try
        {
            probe.Connect(path);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    /// <summary>Tells a socket from the file of somebody who has mistyped a path: only a socket cannot be opened.</summary>
    private static bool IsSocket(UnixDomainSocketEndPoint path)
    {
        try
        {
            // for writing too: opening a FIFO for reading alone would wait for its writer
            File.OpenHandle(path.ToString(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static Socket Create() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
