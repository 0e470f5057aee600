using System.Buffers.Binary;

namespace RawWs.Host.Endpoints;

/// <summary>The field of the game, its rules, and its bytes.</summary>
/// <remarks>
/// Numbers are unsigned and little-endian.
/// <code>
/// from a client  1 byte    the keys that are down: 1 up, 2 down, 4 left, 8 right
/// welcome        1 byte    1
///                1 byte    0
///                2 bytes   width, 2 bytes height of the field
///                4 bytes   the receiver's own number
/// world          1 byte    2
///                1 byte    0
///                2 bytes   how many players follow
///                2 bytes   x, 2 bytes y of the coin
///   each player  4 bytes   number
///                2 bytes   x, 2 bytes y, 2 bytes score
/// </code>
/// </remarks>
internal sealed class GameWorld
{
    public const int Width = 960;
    public const int Height = 540;
    public const int WelcomeBytes = 10;
    public const int WorldBytes = 8;
    public const int PlayerBytes = 10;

    private const byte WelcomeKind = 1;
    private const byte WorldKind = 2;
    private const double UnitsPerSecond = 260;
    private const double Reach = 36;

    private readonly object _lock = new();
    private readonly List<GamePlayer> _players = [];
    private readonly Random _random = new();
    private uint _lastNumber;
    private (double X, double Y) _coin = (Width / 2, Height / 2);

    public GamePlayer Enter()
    {
        lock (_lock)
        {
            (double x, double y) = Anywhere();
            GamePlayer player = new(++_lastNumber) { X = x, Y = y };
            _players.Add(player);
            return player;
        }
    }

    public void Leave(GamePlayer player)
    {
        lock (_lock)
            _players.Remove(player);
    }

    public static ReadOnlyMemory<byte> Welcome(GamePlayer player)
    {
        byte[] bytes = new byte[WelcomeBytes];
        bytes[0] = WelcomeKind;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), Width);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), Height);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(6), player.Number);
        return bytes;
    }

    /// <summary>Moves everyone on and writes the world down.</summary>
    public ReadOnlyMemory<byte> Step(TimeSpan time)
    {
        lock (_lock)
        {
            foreach (GamePlayer player in _players)
            {
                player.Move(UnitsPerSecond * time.TotalSeconds, Width, Height);
                if (!player.Reaches(_coin, Reach))
                    continue;
                player.Score++;
                _coin = Anywhere();
            }

            return Write();
        }
    }

    private byte[] Write()
    {
        byte[] bytes = new byte[WorldBytes + (_players.Count * PlayerBytes)];
        bytes[0] = WorldKind;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)_players.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), (ushort)_coin.X);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), (ushort)_coin.Y);
        Span<byte> rest = bytes.AsSpan(WorldBytes);
        foreach (GamePlayer player in _players)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, player.Number);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[4..], (ushort)player.X);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[6..], (ushort)player.Y);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[8..], player.Score);
            rest = rest[PlayerBytes..];
        }

        return bytes;
    }

    private (double X, double Y) Anywhere() => (_random.Next(40, Width - 40), _random.Next(40, Height - 40));
}
