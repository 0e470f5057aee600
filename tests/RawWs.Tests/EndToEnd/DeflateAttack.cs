using System.Net.Sockets;
using System.Text;
using RawWs.Tests.Support;

namespace RawWs.Tests.EndToEnd;

/// <summary>What every attack on compression has in common: it ends its own connection at most, and costs nothing that stays.</summary>
internal static class DeflateAttack
{
    private static readonly byte[] Greeting = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("still here? ", 200)));

    /// <summary>Attacks one connection of our side, while another one is served before and after; tells what the attack allocated in the whole process.</summary>
    public static async Task<long> RunAsync(DeflateSide side, Func<DeflatePeer, Task> attack)
    {
        int before = WebSocketCompression.LiveContexts;
        long allocated;
        await using (DeflatePeer honest = await side.OpenAsync())
        {
            await AssertEchoesAsync(honest);
            await using (DeflatePeer hostile = await side.OpenAsync())
                allocated = await HostilePeerTests.AllocatedByAsync(() => attack(hostile));
            await AssertEchoesAsync(honest);
        }

        await LiveContexts.WaitForAsync(before);
        return allocated;
    }

    /// <summary>Sends what our side need not take to its end.</summary>
    public static async Task FloodAsync(DeflatePeer peer, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await peer.Raw.SendAsync(bytes);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
        }
    }

    private static async Task AssertEchoesAsync(DeflatePeer honest)
    {
        await honest.SendCompressedAsync(PeerDeflater.DeflateOne(Greeting), RawFrame.Text);
        await honest.AssertNextAsync(Greeting);
    }
}
