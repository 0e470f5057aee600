using System.Buffers.Binary;
using RawWs.Host.Endpoints;
using Xunit;

namespace RawWs.Tests.Host.Endpoints;

public sealed class GameWorldTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void The_welcome_is_kind_1_the_size_of_the_field_and_the_own_number() =>
        Assert.Equal("0100C0031C0202010000", Convert.ToHexString(GameWorld.Welcome(new GamePlayer(0x0102)).Span));

    [Fact]
    public void The_world_is_kind_2_the_count_the_coin_and_ten_bytes_for_each_player()
    {
        GameWorld world = new();
        world.Enter();
        GamePlayer second = world.Enter();
        ReadOnlySpan<byte> bytes = world.Step(Tick).Span;
        Assert.Equal(8 + (2 * 10), bytes.Length);
        Assert.Equal("02000200", Convert.ToHexString(bytes[..4]));
        ReadOnlySpan<byte> last = bytes[18..];
        Assert.Equal(second.Number, BinaryPrimitives.ReadUInt32LittleEndian(last));
        Assert.Equal((ushort)second.X, BinaryPrimitives.ReadUInt16LittleEndian(last[4..]));
        Assert.Equal((ushort)second.Y, BinaryPrimitives.ReadUInt16LittleEndian(last[6..]));
        Assert.Equal(second.Score, BinaryPrimitives.ReadUInt16LittleEndian(last[8..]));
    }

    [Fact]
    public void Whoever_left_is_not_in_the_world()
    {
        GameWorld world = new();
        world.Leave(world.Enter());
        Assert.Equal(8, world.Step(Tick).Length);
    }

    [Theory]
    [InlineData(1, 100, 90)]
    [InlineData(2, 100, 110)]
    [InlineData(4, 90, 100)]
    [InlineData(8, 110, 100)]
    [InlineData(12, 100, 100)]
    [InlineData(0, 100, 100)]
    public void Keys_move_a_player(byte keys, double x, double y)
    {
        GamePlayer player = new(1) { X = 100, Y = 100, Keys = (GameKeys)keys };
        player.Move(10, 1000, 1000);
        Assert.Equal((x, y), (player.X, player.Y));
    }

    [Fact]
    public void Nobody_leaves_the_field()
    {
        GamePlayer player = new(1) { X = 1, Y = 999, Keys = GameKeys.Left | GameKeys.Down };
        for (int i = 0; i < 100; i++)
            player.Move(10, 1000, 1000);
        Assert.Equal((0.0, 1000.0), (player.X, player.Y));
    }

    [Fact]
    public void Reaching_the_coin_scores_and_moves_it()
    {
        GameWorld world = new();
        GamePlayer player = world.Enter();
        (player.X, player.Y) = (GameWorld.Width / 2, GameWorld.Height / 2);
        world.Step(Tick);
        Assert.Equal(1, player.Score);
        player.X = player.Y = 0; // the coin never lies in a corner
        world.Step(Tick);
        Assert.Equal(1, player.Score);
    }
}
