namespace RawWs.Client;

/// <summary>Lets one connection at a time through its opening handshake to an address (RFC 6455 section 4.1, item 2).</summary>
internal static class ConnectTurns
{
    private static readonly Dictionary<string, Turn> Turns = [];

    /// <summary>Waits until no other connection to this address is being opened; disposing the result lets the next one through.</summary>
    /// <param name="address">The server's address and port, however it is named.</param>
    /// <param name="ct">Gives up the place in the line.</param>
    public static async Task<IDisposable> EnterAsync(string address, CancellationToken ct)
    {
        Turn turn;
        lock (Turns)
        {
            if (!Turns.TryGetValue(address, out turn!))
                Turns.Add(address, turn = new Turn(address));
            turn.Users++;
        }
        bool isEntered = false;
        try
        {
            await turn.Gate.WaitAsync(ct).ConfigureAwait(false);
            isEntered = true;
            return turn;
        }
        finally
        {
            if (!isEntered)
                Leave(turn);
        }
    }

    private static void Leave(Turn turn)
    {
        lock (Turns)
        {
            if (--turn.Users > 0)
                return;
            Turns.Remove(turn.Address);
            turn.Gate.Dispose();
        }
    }

    /// <summary>The line of one address, which is kept while somebody stands in it.</summary>
    private sealed class Turn(string address) : IDisposable
    {
        public string Address { get; } = address;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int Users { get; set; }

        public void Dispose()
        {
            Gate.Release();
            Leave(this);
        }
    }
}
