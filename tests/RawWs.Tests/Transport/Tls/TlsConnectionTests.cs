using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using RawWs.Tests.Support;
using RawWs.Transport;
using RawWs.Transport.Tls;
using Xunit;

#pragma warning disable CA5359     // the certificate is not what is tested there
#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // a token is refused here; the waits have their own bound

namespace RawWs.Tests.Transport.Tls;

public sealed class TlsConnectionTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    [InlineData(true, 4)]
    public async Task What_is_written_is_read_on_both_sides_however_it_is_cut(bool isOverSockets, int seed)
    {
        await using TlsEnds ends = await TlsEnds.ConnectAsync(isOverSockets);
        byte[] toServer = SocketEnds.Pattern(900_000, seed);
        byte[] toClient = SocketEnds.Pattern(700_000, seed + 100);

        await TlsEnds.Within(Task.WhenAll(
            WriteCutAsync(ends.Client.Output, toServer, new Random(seed)),
            WriteCutAsync(ends.Server.Output, toClient, new Random(seed + 1)),
            ReadCutAsync(ends.Server.Input, toServer, new Random(seed + 2)),
            ReadCutAsync(ends.Client.Input, toClient, new Random(seed + 3))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ours_and_the_frameworks_own_stream_understand_each_other(bool isClientOurs)
    {
        (Socket client, Socket server) = await TlsEnds.ConnectedSocketsAsync();
        using Socket own = isClientOurs ? client : server;
        await using NetworkStream network = new(isClientOurs ? server : client, ownsSocket: true);
        await using SslStream other = new(network);
        await using TlsConnection ours = new(new SocketConnection(own, TimeProvider.System));
        await TlsEnds.Within(isClientOurs
            ? Task.WhenAll(TlsEnds.ClientAuthentication.AuthenticateAsync(ours, default), other.AuthenticateAsServerAsync(TlsEnds.ServerOptions))
            : Task.WhenAll(ours.AuthenticateAsServerAsync(TlsEnds.ServerOptions, default), other.AuthenticateAsClientAsync(TrustAll())));

        byte[] sent = SocketEnds.Pattern(300_000);
        Task echo = EchoAsync(other, sent.Length);
        Task write = ours.Output.WriteAsync(sent).AsTask();
        Assert.Equal(sent, await TlsEnds.ReadAsync(ours.Input, sent.Length));
        await TlsEnds.Within(Task.WhenAll(write, echo));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flush_that_the_peer_holds_up_completes_when_it_reads(bool isOverSockets)
    {
        await using TlsEnds ends = await TlsEnds.ConnectAsync(isOverSockets);
        PipeWriter output = ends.Client.Output;
        byte[] sent = SocketEnds.Pattern(8 << 20);
        output.Write("head"u8);
        Task<FlushResult> write = output.WriteAsync(sent).AsTask();
        Assert.False(write.IsCompleted);

        output.Write("tail"u8);
        Assert.Equal(4, output.UnflushedBytes);
        Assert.Throws<InvalidOperationException>(() => { output.FlushAsync(); });

        byte[] received = await TlsEnds.ReadAsync(ends.Server.Input, 4 + sent.Length);
        Assert.Equal("head"u8.ToArray(), received[..4]);
        Assert.Equal(sent, received[4..]);
        await TlsEnds.Within(write);
        await TlsEnds.Within(output.FlushAsync());
        Assert.Equal("tail"u8.ToArray(), await TlsEnds.ReadAsync(ends.Server.Input, 4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_read_leaves_all_as_it_was(bool isOverSockets)
    {
        await using TlsEnds ends = await TlsEnds.ConnectAsync(isOverSockets);
        PipeReader input = ends.Server.Input;
        for (int round = 0; round < 3; round++)
        {
            ValueTask<ReadResult> pending = input.ReadAsync();
            Assert.False(pending.IsCompleted);
            input.CancelPendingRead();
            ReadResult canceled = await TlsEnds.Within(pending);
            Assert.True(canceled.IsCanceled);
            Assert.True(canceled.Buffer.IsEmpty);
            input.AdvanceTo(canceled.Buffer.End);

            await TlsEnds.Within(ends.Client.Output.WriteAsync("abc"u8.ToArray()));
            Assert.Equal("abc"u8.ToArray(), await TlsEnds.ReadAsync(input, 3));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_byte_is_lost_when_cancelling_races_with_receiving(bool isOverSockets)
    {
        const int Rounds = 500;
        await using TlsEnds ends = await TlsEnds.ConnectAsync(isOverSockets);
        PipeReader input = ends.Server.Input;
        for (int round = 0; round < Rounds; round++)
        {
            Task<ReadResult> read = input.ReadAsync().AsTask();
            Task canceller = Task.Run(input.CancelPendingRead);
            await TlsEnds.Within(ends.Client.Output.WriteAsync(new byte[] { (byte)round }));
            ReadResult result = await TlsEnds.Within(read);
            while (result.Buffer.IsEmpty)
            {
                Assert.True(result.IsCanceled);
                input.AdvanceTo(result.Buffer.End);
                result = await TlsEnds.Within(input.ReadAsync());
            }

            Assert.Equal((byte)round, Assert.Single(result.Buffer.ToArray()));
            input.AdvanceTo(result.Buffer.End);
            await TlsEnds.Within(canceller);
            if (input.TryRead(out result))
                input.AdvanceTo(result.Buffer.End);     // a cancellation that came behind the byte
        }
    }

    [Fact]
    public async Task What_TLS_says_for_itself_does_not_end_a_read()
    {
        await using TlsEnds ends = await TlsEnds.ConnectAsync();
        ValueTask<ReadResult> pending = ends.Client.Input.ReadAsync();      // meets the server's session tickets
        await TlsEnds.Within(ends.Client.Output.WriteAsync("ping"u8.ToArray()));
        await TlsEnds.ReadAsync(ends.Server.Input, 4);
        Assert.False(pending.IsCompleted);

        await TlsEnds.Within(ends.Server.Output.WriteAsync("pong"u8.ToArray()));

        ReadResult result = await TlsEnds.Within(pending);
        Assert.Equal("pong"u8.ToArray(), result.Buffer.ToArray());
    }

    [Fact]
    public async Task More_than_a_block_in_one_burst_is_read_without_a_further_byte()
    {
        await using TlsEnds ends = await TlsEnds.ConnectAsync();
        byte[] sent = SocketEnds.Pattern(50_000);
        await TlsEnds.Within(ends.Client.Output.WriteAsync(sent));

        Assert.Equal(sent, await TlsEnds.ReadAsync(ends.Server.Input, sent.Length));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_stands_beneath_and_who_the_peer_is_can_be_asked(bool isOverSockets)
    {
        await using TlsEnds ends = await TlsEnds.CreateAsync(isOverSockets);
        SslServerAuthenticationOptions options = TlsEnds.ServerOptions;
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        TlsClientAuthentication client = new(TlsEnds.Host, TestCertificates.Roots, [TestCertificates.Client("somebody")], null, X509RevocationMode.NoCheck);
        Assert.Null(ends.Server.PeerCertificate);

        await TlsEnds.Within(Task.WhenAll(ends.Server.AuthenticateAsServerAsync(options, default), client.AuthenticateAsync(ends.Client, default)));

        Assert.True(ends.Server.IsSecure);
        Assert.Equal("CN=somebody", ends.Server.PeerCertificate?.Subject);
        Assert.Equal("CN=a.example", ends.Client.PeerCertificate?.Subject);
        Assert.Equal(ends.InnerServer.RemoteEndPoint, ends.Server.RemoteEndPoint);
        Assert.Equal(ends.InnerServer.LocalEndPoint, ends.Server.LocalEndPoint);
        Assert.Same(ends.InnerServer.Scheduler, ends.Server.Scheduler);
        Assert.Equal(ends.InnerServer.BytesSent, ends.Server.BytesSent);
        Assert.True(ends.Server.BytesSent > 0);
    }

    private static SslClientAuthenticationOptions TrustAll() => new() { TargetHost = TlsEnds.Host, RemoteCertificateValidationCallback = static (_, _, _, _) => true };

    private static async Task EchoAsync(SslStream stream, int count)
    {
        byte[] all = new byte[count];
        await stream.ReadExactlyAsync(all);
        await stream.WriteAsync(all);
    }

    private static async Task WriteCutAsync(PipeWriter output, byte[] bytes, Random random)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int copied = Math.Min(random.Next(2) == 0 ? random.Next(200) : random.Next(40_000), bytes.Length - at);
            output.Write(bytes.AsSpan(at, copied));
            at += copied;
            int rest = Math.Min(random.Next(3) == 0 ? 0 : random.Next(100_000), bytes.Length - at);
            await output.WriteAsync(bytes.AsMemory(at, rest));
            at += rest;
        }
    }

    private static async Task ReadCutAsync(PipeReader input, byte[] expected, Random random)
    {
        for (int at = 0; at < expected.Length;)
        {
            ReadResult result = await input.ReadAsync();
            Assert.False(result.IsCompleted);
            int length = (int)result.Buffer.Length;
            Assert.True(expected.AsSpan(at, length).SequenceEqual(result.Buffer.ToArray()));
            int consumed = random.Next(2) == 0 ? length : random.Next(length + 1);
            at += consumed;
            int examined = at + (length - consumed) == expected.Length ? consumed : length;
            input.AdvanceTo(result.Buffer.GetPosition(consumed), result.Buffer.GetPosition(examined));
        }
    }
}
