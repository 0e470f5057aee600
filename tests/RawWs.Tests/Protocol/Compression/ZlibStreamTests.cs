using System.Runtime.CompilerServices;
using RawWs.Protocol.Compression;
using Xunit;

namespace RawWs.Tests.Protocol.Compression;

/// <summary>Nothing else may make or end streams while these count them.</summary>
[CollectionDefinition(nameof(ZlibStreamTests), DisableParallelization = true)]
[Collection(nameof(ZlibStreamTests))]
public sealed class ZlibStreamTests
{
    [Fact]
    public void Streams_are_counted_from_being_made_to_their_end()
    {
        int before = Settled();
        using (Deflater deflater = new(6, 15, 8))
        using (Inflater inflater = new(15))
        {
            Assert.Equal(before + 2, ZlibStream.Live);
            Messages.Inflate(inflater, Messages.Deflate(deflater, "Hello"u8, DeflateFlush.Sync));
            Assert.Equal(before + 2, ZlibStream.Live);
        }
        Assert.Equal(before, ZlibStream.Live);
    }

    [Fact]
    public void A_stream_that_cannot_be_made_is_not_counted()
    {
        int before = Settled();
        Assert.Throws<InvalidOperationException>(static () => new Deflater(10, 15, 8));
        Assert.Throws<InvalidOperationException>(static () => new Inflater(16));
        Assert.Equal(before, ZlibStream.Live);
    }

    [Fact]
    public void A_stream_that_is_forgotten_ends_with_the_garbage()
    {
        int before = Settled();
        Forget();
        Assert.Equal(before, Settled());

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget()
        {
            for (int i = 0; i < 10; i++)
            {
                _ = new Deflater(1, 15, 8);
                _ = new Inflater(15);
            }
        }
    }

    [Fact]
    public async Task A_stream_that_is_disposed_at_work_ends_after_it()
    {
        int before = Settled();
        for (int i = 0; i < 100; i++)
        {
            Deflater deflater = new(1, 15, 8);
            using SemaphoreSlim isAtWork = new(0);
            Task work = Task.Run(
                () =>
                {
                    byte[] content = Samples.Text(new Random(5), 50_000);
                    byte[] output = new byte[Deflater.MaxOutput(content.Length)];
                    for (; ; isAtWork.Release())
                        deflater.TryDeflate(content, output, DeflateFlush.Sync, out _);
                },
                TestContext.Current.CancellationToken);
            await isAtWork.WaitAsync(TestContext.Current.CancellationToken);
            deflater.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => work);
        }
        Assert.Equal(before, ZlibStream.Live);
    }

    [Fact]
    public void The_library_is_there() => Assert.True(Zlib.IsAvailable);

    // what tests before have forgotten may still wait for its end
    private static int Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return ZlibStream.Live;
    }
}
