namespace RawWs.Host.Endpoints;

/// <summary>The keys that a player holds down.</summary>
[Flags]
internal enum GameKeys : byte
{
    None = 0,
    Up = 1,
    Down = 2,
    Left = 4,
    Right = 8,
}

/// <summary>One player: where, how many coins, and which way.</summary>
internal sealed class GamePlayer(uint number)
{
    private volatile GameKeys _keys;

    public uint Number { get; } = number;

    public double X { get; set; }

    public double Y { get; set; }

    public ushort Score { get; set; }

    /// <summary>Set by the player's connection, read by the game's loop.</summary>
    public GameKeys Keys
    {
        get => _keys;
        set => _keys = value;
    }

    public void Move(double distance, double width, double height)
    {
        GameKeys keys = Keys;
        int right = (keys.HasFlag(GameKeys.Right) ? 1 : 0) - (keys.HasFlag(GameKeys.Left) ? 1 : 0);
        int down = (keys.HasFlag(GameKeys.Down) ? 1 : 0) - (keys.HasFlag(GameKeys.Up) ? 1 : 0);
        double step = right != 0 && down != 0 ? distance / Math.Sqrt(2) : distance;
        X = Math.Clamp(X + (right * step), 0, width);
        Y = Math.Clamp(Y + (down * step), 0, height);
    }

    public bool Reaches((double X, double Y) place, double reach) =>
        ((X - place.X) * (X - place.X)) + ((Y - place.Y) * (Y - place.Y)) <= reach * reach;
}
