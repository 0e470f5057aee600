using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace RawWs.Tests.Transport.Connecting;

/// <summary>A listener that answers nobody: its queue is full, so that the kernel drops each further SYN. It counts who tries, in the kernel's own table.</summary>
internal sealed class DeafListener : IDisposable
{
    private const string SynSent = "02";

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _queued = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public DeafListener(string address)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A full queue, and the table that tells of it, are Linux's");
        _listener.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        _listener.Listen(0);
        _queued.Connect(_listener.LocalEndPoint!);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>How many sockets are connecting here, in this process or any other.</summary>
    public int CountAttempts()
    {
        string port = Port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/net/tcp").Skip(1)
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields => fields[2].EndsWith(":" + port, StringComparison.Ordinal) && fields[3] == SynSent);
    }

    public async Task WaitForAttemptAsync(TimeSpan patience)
    {
        using CancellationTokenSource safetyNet = new(patience);
        while (CountAttempts() == 0)
        {
            safetyNet.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public void Dispose()
    {
        _queued.Dispose();
        _listener.Dispose();
    }
}
