using System.Buffers;
using System.IO.Pipelines;
using RawWs.Tests.Connection;
using RawWs.Transport;
using RawWs.Transport.Tls;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Transport.Tls;

/// <summary>What TLS takes from the pool and from the heap. Runs alone: both are those of the process.</summary>
[Collection(nameof(TlsMemoryTests))]
[CollectionDefinition(nameof(TlsMemoryTests), DisableParallelization = true)]
public sealed class TlsMemoryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_idle_connection_rents_nothing(bool isOverSockets)
    {
        await using TlsEnds ends = await TlsEnds.ConnectAsync(isOverSockets);
        using RentedArrays rented = new();
        await EchoAsync(ends.Client, ends.Server, 1000, count: 3);
        Task<ReadResult> client = ends.Client.Input.ReadAsync().AsTask();
        Task<ReadResult> server = ends.Server.Input.ReadAsync().AsTask();

        Assert.False(client.IsCompleted || server.IsCompleted);
        Assert.True(rented.Rents > 0, "the pool reports nothing");
        if (isOverSockets)
            Assert.True(SpinWait.SpinUntil(() => rented.Outstanding == 0, TlsEnds.Patience), $"{rented.Outstanding} arrays are out");
        Assert.Equal(0, ends.Pool.Outstanding);
        ends.Client.Abort("over");
        await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(client));
        await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(server));
    }

    [Fact]
    public async Task An_end_within_a_record_gives_back_what_TLS_had_rented()
    {
        await (await TlsEnds.ConnectAsync()).DisposeAsync();        // what is made once is made
        using RentedArrays rented = new();
        await using TlsEnds ends = await TlsEnds.ConnectAsync(isOverSockets: true);
        Task<ReadResult> pending = ends.Server.Input.ReadAsync().AsTask();
        await ends.InnerClient.Output.WriteAsync(new byte[] { 0x17, 0x03, 0x03, 0x00, 0x20, 0x01 });     // one byte of 32

        ends.Client.Abort("over");                                  // the framework's close_notify keeps a small array
        ends.Server.Abort("over");
        await ends.Server.DisposeAsync();
        await ends.Client.DisposeAsync();

        await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(pending));
        Assert.True(SpinWait.SpinUntil(() => rented.Outstanding == 0, TlsEnds.Patience), $"{rented.Outstanding} of {rented.Rents} arrays stay out");
        Assert.Equal(0, rented.ReturnedTwice);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(1000)]
    public async Task An_echo_allocates_nothing(int size)
    {
        const int Count = 2000;
        const int SmallestObject = 24;
        (ITransportConnection client, ITransportConnection server) = await TlsEnds.SocketPairAsync();
        await using TlsConnection left = new(client);
        await using TlsConnection right = new(server);
        await TlsEnds.Within(Task.WhenAll(
            right.AuthenticateAsServerAsync(TlsEnds.ServerOptions, default), TlsEnds.ClientAuthentication.AuthenticateAsync(left, default)));
        await Task.Run(() => EchoAsync(left, right, size, Count));       // without the test framework's context

        double each = double.MaxValue;
        for (int round = 0; round < 10 && each >= SmallestObject; round++)      // the framework's own pool of reads misses when threads change places
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.Run(() => EchoAsync(left, right, size, Count));
            each = Math.Min(each, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Count);
        }

        Assert.True(each < SmallestObject, $"an echo of {size} bytes allocates {each:F1} bytes");
    }

    /// <summary>Loops without calls of their own: in a debug build every call of an async method allocates.</summary>
    private static async Task EchoAsync(TlsConnection left, TlsConnection right, int size, int count)
    {
        Task echo = PassAsync(right, (long)size * count);
        byte[] payload = new byte[size];
        for (int i = 0; i < count; i++)
        {
            await left.Output.WriteAsync(payload);
            for (int have = 0; have < size;)
            {
                ReadResult result = await left.Input.ReadAsync();
                Assert.False(result.IsCompleted);
                have += (int)result.Buffer.Length;
                left.Input.AdvanceTo(result.Buffer.End);
            }
        }

        await echo;
    }

    private static async Task PassAsync(TlsConnection connection, long bytes)
    {
        while (bytes > 0)
        {
            ReadResult result = await connection.Input.ReadAsync();
            bytes -= result.Buffer.Length;
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
                connection.Output.Write(part.Span);
            connection.Input.AdvanceTo(result.Buffer.End);
            await connection.Output.FlushAsync();
        }
    }
}
