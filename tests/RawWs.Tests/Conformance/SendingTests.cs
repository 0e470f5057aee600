using System.Net.WebSockets;
using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>What leaves the server, frame by frame (RFC 6455 sections 5.4 and 5.5.1).</summary>
public sealed class SendingTests
{
    private const int Senders = 8;
    private const int MessagesOfEach = 50;
    private const int StreamedBytes = 200_000;

    [Fact(Timeout = 60_000)]
    public async Task Messages_of_many_threads_do_not_mix_and_a_pong_may_pass_between_fragments()
    {
        await using TestServer server = await TestServer.StartAsync(static server => server.Map("/many", SendFromManyThreadsAsync));
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint, "/many");
        for (int i = 0; i < MessagesOfEach; i++)
            await peer.SendAsync(new RawFrame(RawFrame.Ping, new[] { (byte)i }));

        int[] messages = new int[Senders];
        int pongs = 0;
        byte? inProgress = null;
        while (messages.Sum() < Senders * MessagesOfEach || pongs == 0)
        {
            RawFrame frame = await peer.ReadFrameAsync();
            if (frame.Opcode == RawFrame.Pong)
            {
                pongs++;
                continue;
            }
            Assert.Equal(inProgress is null, frame.Opcode != RawFrame.Continuation);
            byte sender = inProgress ?? frame.Payload.Span[0];
            Assert.Equal(-1, frame.Payload.Span.IndexOfAnyExcept(sender));
            inProgress = frame.IsFinal ? null : sender;
            if (frame.IsFinal) messages[sender]++;
        }
        Assert.All(messages, static count => Assert.Equal(MessagesOfEach, count));
    }

    [Fact(Timeout = 60_000)]
    public async Task After_the_close_frame_nothing_is_sent()
    {
        TaskCompletionSource<Exception> refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(server => server.Map("/close", async connection =>
        {
            Task<WebSocketCloseResult> closing = connection.CloseAsync((WebSocketCloseStatus)4000, "done");
            refused.SetResult(await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.SendAsync("too late", TestContext.Current.CancellationToken)));
            await closing;
        }));
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint, "/close");

        RawFrame close = await peer.ReadFrameAsync();
        Assert.Equal((RawFrame.Close, 4000, "done"), (close.Opcode, close.CloseCode, close.CloseReason));
        await refused.Task.WaitAsync(TestContext.Current.CancellationToken);
        await peer.SendAsync(new RawFrame(RawFrame.Ping, Encoding.ASCII.GetBytes("answer?")));
        await peer.SendAsync(new RawFrame(RawFrame.Close, RawFrame.ClosePayload(4000, ""u8)));
        Assert.Empty(await peer.ReadToEndAsync());
    }

    // each sender repeats its own number; every other message is longer than any buffer, and goes out in fragments
    private static async Task SendFromManyThreadsAsync(WebSocketConnection connection)
    {
        connection.DiscardReceives();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            byte[] small = [(byte)sender];
            byte[] large = new byte[StreamedBytes];
            Array.Fill(large, (byte)sender);
            for (int i = 0; i < MessagesOfEach; i++)
            {
                if (i % 2 == 0)
                {
                    await connection.SendAsync(small);
                    continue;
                }
                using MemoryStream source = new(large);
                await connection.SendStreamAsync(source);
            }
        })));
        await connection.Completion;
    }
}
