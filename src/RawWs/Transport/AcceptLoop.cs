using System.Net.Sockets;

namespace RawWs.Transport;

/// <summary>Accepts sockets one after the other, and carries on after every failure that is not final.</summary>
internal sealed class AcceptLoop(
    Func<ValueTask<Socket>> accept,
    Action<SocketConnection> accepted,
    Action<Exception, AcceptErrorKind> failed,
    DescriptorHeadroom headroom,
    TimeProvider time)
{
    /// <summary>The first pause after an error that waiting can mend; each further one in a row is twice as long.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);

    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>How many sockets are taken in a row before the thread serves others: it may be the one that serves every connection.</summary>
    private const int LongestTurn = 32;

    private TimeSpan _pause = ShortestPause;
    private bool _isUsedUp;

    /// <summary>Runs until <paramref name="stopped"/> or a fatal error; it does not fault for either.</summary>
    public async Task RunAsync(CancellationToken stopped)
    {
        for (int turn = 1; !stopped.IsCancellationRequested; turn++)
        {
            AcceptErrorKind? error = await AcceptAsync(stopped).ConfigureAwait(false);
            if (error == AcceptErrorKind.Fatal)
                return;
            if (error == AcceptErrorKind.Pause)
                await PauseAsync(stopped).ConfigureAwait(false);
            else if (turn % LongestTurn == 0)
                await Task.Yield();
        }
    }

    private async ValueTask<AcceptErrorKind?> AcceptAsync(CancellationToken stopped)
    {
        Socket socket;
        try
        {
            if (_isUsedUp && !headroom.IsLeft)
                throw new SocketException((int)SocketError.TooManyOpenSockets);         // as the kernel would say it a little later
            socket = await accept().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            if (stopped.IsCancellationRequested)
                return AcceptErrorKind.Fatal;           // the way that a stop ends a waiting accept
            AcceptErrorKind kind = e is SocketException { SocketErrorCode: SocketError error } ? AcceptErrors.Classify(error) : AcceptErrorKind.Fatal;
            failed(e, kind);
            return kind;
        }

        _pause = ShortestPause;
        _isUsedUp = headroom.IsUsedUpBy(socket);
        HandOver(socket);
        return null;
    }

    private void HandOver(Socket socket)
    {
        try
        {
            accepted(new SocketConnection(socket, time));
        }
        catch (Exception e)
        {
            socket.Dispose();
            failed(e, AcceptErrorKind.Peer);
        }
    }

    private async Task PauseAsync(CancellationToken stopped)
    {
        TimeSpan pause = _pause;
        _pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        await Task.Delay(pause, time, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
