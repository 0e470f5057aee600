using System.Buffers.Binary;
using System.IO.Pipelines;
using RawWs.Connection;
using RawWs.Protocol.Framing;
using RawWs.Tests.Support;
using RawWs.Transport;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Connection;

/// <summary>Any thread may send at any time (section 5.4: frames of two messages are not mixed).</summary>
public sealed class FrameSenderThreadsTests
{
    private const int Senders = 200;
    private const int MessagesOfEach = 20;
    private const int HeaderBytes = 8;
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_of_hundreds_of_senders_arrive_whole_and_in_the_order_of_each_sender(bool isServer)
    {
        (MemoryConnection ours, MemoryConnection peer) = MemoryConnection.CreatePair(TimeProvider.System, PipeScheduler.ThreadPool);
        ProtocolConnection connection = new(ours, isServer ? Role.Server : Role.Client, new WebSocketEndpointOptions { MaxQueuedBytes = 20_000 });
        Task run = connection.RunAsync();
        Task[] senders = [.. Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAllAsync(connection, sender)))];

        int[] received = await ReadAllAsync(peer.Input, isServer).WaitAsync(SafetyNet);

        Assert.All(received, static count => Assert.Equal(MessagesOfEach, count));
        await Task.WhenAll(senders).WaitAsync(SafetyNet);
        connection.Abort(new IOException("The test is over."));
        await run.WaitAsync(SafetyNet);
    }

    private static async Task SendAllAsync(ProtocolConnection connection, int sender)
    {
        Random random = new(sender);
        for (int i = 0; i < MessagesOfEach; i++)
        {
            byte[] message = Message(sender, i, Size(random));
            if (random.Next(8) == 0)
                await SendFragmentsAsync(connection, message, random);
            else
                await connection.Sender.SendAsync(Opcode.Binary, message, CancellationToken.None);
            connection.Sender.TrySendPing("ping"u8);
            connection.Sender.SendPong("pong"u8);
        }
    }

    private static async Task SendFragmentsAsync(ProtocolConnection connection, byte[] message, Random random)
    {
        await connection.Sender.ReserveAsync(mayQueue: false, CancellationToken.None);
        Opcode opcode = Opcode.Binary;
        for (int sent = 0; sent < message.Length;)
        {
            int size = Math.Min(message.Length - sent, random.Next(1, message.Length));
            await connection.Sender.SendFragmentAsync(new(opcode, sent + size == message.Length), message.AsMemory(sent, size), CancellationToken.None);
            (opcode, sent) = (Opcode.Continuation, sent + size);
            if (random.Next(2) == 0)
                await Task.Yield();
        }
    }

    /// <summary>Reads frames until all messages have come; gives how many came of each sender.</summary>
    private static async Task<int[]> ReadAllAsync(PipeReader input, bool isServer)
    {
        int[] received = new int[Senders];
        List<byte> bytes = [];
        List<byte> message = [];
        while (received.Sum() < Senders * MessagesOfEach)
        {
            ReadResult read = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
                bytes.AddRange(piece.Span);
            input.AdvanceTo(read.Buffer.End);
            while (FrameBytes.TryTake(bytes, out RawFrame frame, out uint? key))
            {
                Assert.Equal(isServer, key is null);
                Take(frame, message, received);
            }
        }
        return received;
    }

    private static void Take(RawFrame frame, List<byte> message, int[] received)
    {
        if (frame.Opcode is RawFrame.Ping or RawFrame.Pong)
        {
            Assert.Equal(frame.Opcode == RawFrame.Ping ? "ping"u8.ToArray() : "pong"u8.ToArray(), frame.Payload.ToArray());
            return;
        }
        Assert.Equal(message.Count == 0 ? RawFrame.Binary : RawFrame.Continuation, frame.Opcode);
        message.AddRange(frame.Payload.Span);
        if (!frame.IsFinal)
            return;
        byte[] whole = [.. message];
        message.Clear();
        int sender = BinaryPrimitives.ReadInt32BigEndian(whole);
        Assert.Equal(received[sender]++, BinaryPrimitives.ReadInt32BigEndian(whole.AsSpan(4)));
        Assert.Equal(Message(sender, received[sender] - 1, whole.Length), whole);
    }

    private static byte[] Message(int sender, int number, int size)
    {
        byte[] message = Wire.Pattern(size, sender + number);
        BinaryPrimitives.WriteInt32BigEndian(message, sender);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), number);
        return message;
    }

    private static int Size(Random random) => HeaderBytes + random.Next(20) switch
    {
        0 => random.Next(60_000, 80_000),
        < 3 => random.Next(8_000, 9_000),
        < 8 => random.Next(3_000),
        _ => random.Next(100),
    };
}
