using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>What is set on every TCP socket: no delay for small messages, and an end to peers that have vanished without a word.</summary>
internal static class TcpOptions
{
    private const int KeepAliveIdleSeconds = 30;
    private const int KeepAliveIntervalSeconds = 10;
    private const int KeepAliveProbes = 3;

    /// <summary>How long sent bytes may stay without an answer.</summary>
    private const int UserTimeoutMilliseconds = 60_000;

    private const int LinuxTcpLevel = 6;
    private const int LinuxTcpUserTimeout = 18;

    /// <summary>Whether accepted sockets have what was set on the listening one, which saves six calls for each.</summary>
    public static bool AreInherited => OperatingSystem.IsLinux();

    public static void Set(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveIdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(LinuxTcpLevel, LinuxTcpUserTimeout, BitConverter.GetBytes(UserTimeoutMilliseconds));
    }
}
