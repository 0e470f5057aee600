using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using RawWs.Transport;
using RawWs.Transport.Tls;
using Xunit;

#pragma warning disable CA5359     // the certificate is not what is tested there
#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // a token is refused here; the waits have their own bound

namespace RawWs.Tests.Transport.Tls;

/// <summary>How a connection with TLS ends: politely, by force, and by half.</summary>
public sealed class TlsEndTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_the_output_is_told_the_peer_and_the_other_direction_goes_on(bool isOverSockets)
    {
        await using TlsEnds ends = await TlsEnds.ConnectAsync(isOverSockets);
        await TlsEnds.Within(ends.Server.Output.WriteAsync("last"u8.ToArray()));
        long before = ends.InnerServer.BytesSent;

        ends.Server.Output.Complete();

        Assert.Equal("last"u8.ToArray(), await TlsEnds.ReadAsync(ends.Client.Input, 4));
        ReadResult end = await TlsEnds.Within(ends.Client.Input.ReadAsync());
        Assert.True(end.IsCompleted);
        Assert.True(end.Buffer.IsEmpty);
        Assert.True(ends.InnerServer.BytesSent > before, "a close_notify has bytes of its own (RFC 8446 section 6.1)");
        await TlsEnds.Within(ends.Client.Output.WriteAsync("answer"u8.ToArray()));
        Assert.Equal("answer"u8.ToArray(), await TlsEnds.ReadAsync(ends.Server.Input, 6));
    }

    [Fact]
    public async Task The_end_of_the_output_comes_behind_a_write_that_is_held_up()
    {
        await using TlsEnds ends = await TlsEnds.ConnectAsync();
        byte[] sent = SocketEnds.Pattern(1 << 20);
        Task<FlushResult> write = ends.Server.Output.WriteAsync(sent).AsTask();
        Assert.False(write.IsCompleted);

        ends.Server.Output.Complete();

        Assert.Equal(sent, await TlsEnds.ReadAsync(ends.Client.Input, sent.Length));
        Assert.True((await TlsEnds.Within(ends.Client.Input.ReadAsync())).IsCompleted);
        await TlsEnds.Within(write);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_end_by_disposing_is_a_clean_end_for_the_peer(bool isOverSockets)
    {
        await using TlsEnds ends = await TlsEnds.ConnectAsync(isOverSockets);
        await TlsEnds.Within(ends.Server.Output.WriteAsync("last"u8.ToArray()));
        long before = ends.InnerServer.BytesSent;
        ValueTask<ReadResult> pending = ends.Server.Input.ReadAsync();

        await ends.Server.DisposeAsync();

        Assert.Equal("last"u8.ToArray(), await TlsEnds.ReadAsync(ends.Client.Input, 4));
        Assert.True((await TlsEnds.Within(ends.Client.Input.ReadAsync())).IsCompleted);
        Assert.True(ends.InnerServer.BytesSent > before, "a close_notify has bytes of its own (RFC 8446 section 6.1)");
        IOException e = await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(pending));
        Assert.Equal("The connection is closed.", e.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposing_does_not_wait_for_a_peer_that_takes_nothing(bool isOverSockets)
    {
        await using TlsEnds ends = await TlsEnds.ConnectAsync(isOverSockets);
        Task<FlushResult> write = ends.Server.Output.WriteAsync(SocketEnds.Pattern(32 << 20)).AsTask();
        Assert.False(write.IsCompleted);

        await TlsEnds.Within(ends.Server.DisposeAsync().AsTask());

        await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(write));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_abort_ends_every_call_with_its_reason(bool isOverSockets)
    {
        await using TlsEnds ends = await TlsEnds.ConnectAsync(isOverSockets);
        ValueTask<ReadResult> read = ends.Server.Input.ReadAsync();
        ValueTask<FlushResult> write = ends.Server.Output.WriteAsync(SocketEnds.Pattern(32 << 20));

        ends.Server.Abort("first");
        ends.Server.Abort("second");

        Assert.Equal("first", (await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(read))).Message);
        Assert.Equal("first", (await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(write))).Message);
        Assert.Equal("first", (await Assert.ThrowsAsync<IOException>(async () => await ends.Server.Input.ReadAsync())).Message);
        Assert.Equal("first", Assert.Throws<IOException>(() => ends.Server.Output.GetMemory()).Message);
        IOException peer = await Assert.ThrowsAsync<IOException>(() => TlsEnds.ReadAsync(ends.Client.Input, 32 << 20));
        Assert.Equal(MemoryConnection.ResetByPeer, peer.Message);
    }

    [Fact]
    public async Task An_end_without_close_notify_is_an_end()
    {
        (TlsConnection ours, Socket peer, SslStream _) = await ConnectAsync();
        await using TlsConnection connection = ours;
        ValueTask<ReadResult> pending = ours.Input.ReadAsync();

        peer.Shutdown(SocketShutdown.Send);

        Assert.True((await TlsEnds.Within(pending)).IsCompleted);
        peer.Dispose();
    }

    [Fact]
    public async Task An_end_within_a_record_is_an_IOException_that_says_so()
    {
        (TlsConnection ours, Socket peer, SslStream _) = await ConnectAsync();
        await using TlsConnection connection = ours;
        ValueTask<ReadResult> pending = ours.Input.ReadAsync();

        peer.Send([0x17, 0x03, 0x03, 0x00, 0x20, 0x01]);            // one byte of 32
        peer.Shutdown(SocketShutdown.Send);

        IOException e = await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(pending));
        Assert.Equal("The peer ended the connection within a TLS record (RFC 8446 section 5.1).", e.Message);
        Assert.Equal(e.Message, (await Assert.ThrowsAsync<IOException>(async () => await TlsEnds.Within(ours.Input.ReadAsync()))).Message);
        peer.Dispose();
    }

    [Theory]
    [InlineData("17 03 03 00 20 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")]
    [InlineData("474554202f20485454502f312e310d0a0d0a")]
    public async Task A_record_that_was_not_made_with_the_keys_is_an_IOException(string record)
    {
        (TlsConnection ours, Socket peer, SslStream _) = await ConnectAsync();
        await using TlsConnection connection = ours;
        ValueTask<ReadResult> pending = ours.Input.ReadAsync();

        peer.Send(Convert.FromHexString(record.Replace(" ", "", StringComparison.Ordinal)));

        IOException e = await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(pending));
        Assert.StartsWith("TLS failed (RFC 8446): ", e.Message, StringComparison.Ordinal);
        peer.Dispose();
    }

    [Fact]
    public async Task A_reset_keeps_its_name()
    {
        (TlsConnection ours, Socket peer, SslStream _) = await ConnectAsync();
        await using TlsConnection connection = ours;
        ValueTask<ReadResult> pending = ours.Input.ReadAsync();

        peer.Close(timeout: 0);

        Assert.Equal("The peer reset the connection.", (await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(pending))).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ends_of_all_kinds_at_once_throw_out_of_nothing(bool isOverSockets)
    {
        for (int round = 0; round < 30; round++)
        {
            await using TlsEnds ends = await TlsEnds.ConnectAsync(isOverSockets);
            Task<ReadResult> read = ends.Server.Input.ReadAsync().AsTask();
            Task<FlushResult> write = ends.Server.Output.WriteAsync(SocketEnds.Pattern(100_000)).AsTask();
            Task abort = Task.Run(() => ends.Client.Abort("over"));
            Task cancel = Task.Run(ends.Server.Input.CancelPendingRead);
            Task dispose = Task.Run(async () => await ends.Server.DisposeAsync());

            await TlsEnds.Within(Task.WhenAll(abort, cancel, dispose));

            await TlsEnds.Within(read.ContinueWith(static t => Assert.True(t.IsCompletedSuccessfully || t.Exception?.InnerException is IOException), TaskScheduler.Default));
            await TlsEnds.Within(write.ContinueWith(static t => Assert.True(t.IsCompletedSuccessfully || t.Exception?.InnerException is IOException), TaskScheduler.Default));
        }
    }

    /// <summary>Ours as the server; at the other end the bare socket beneath the framework's TLS.</summary>
    private static async Task<(TlsConnection Ours, Socket Peer, SslStream PeerTls)> ConnectAsync()
    {
        (Socket client, Socket server) = await TlsEnds.ConnectedSocketsAsync();
        TlsConnection ours = new(new SocketConnection(server, TimeProvider.System));
        SslStream other = new(new NetworkStream(client, ownsSocket: false), leaveInnerStreamOpen: true);
        SslClientAuthenticationOptions options = new() { TargetHost = TlsEnds.Host, RemoteCertificateValidationCallback = static (_, _, _, _) => true };
        await TlsEnds.Within(Task.WhenAll(ours.AuthenticateAsServerAsync(TlsEnds.ServerOptions, default), other.AuthenticateAsClientAsync(options)));
        await TlsEnds.Within(other.WriteAsync("x"u8.ToArray()).AsTask());
        await TlsEnds.ReadAsync(ours.Input, 1);
        return (ours, client, other);
    }
}
