using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RawWs.Transport;
using RawWs.Transport.Tls;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Transport.Tls;

public sealed class TlsHandshakeTests
{
    [Fact]
    public async Task No_part_of_a_handshake_runs_on_the_loop_that_completes_the_reads()
    {
        using ThreadLoop loop = new();
        await using TlsEnds ends = await TlsEnds.CreateAsync(scheduler: loop);
        ConcurrentBag<bool> wasOnLoop = [];
        ValueTask<SslServerAuthenticationOptions> Select(SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken ct)
        {
            wasOnLoop.Add(loop.IsCurrent);
            return ValueTask.FromResult(TlsEnds.ServerOptions);
        }

        bool Validate(X509Certificate2 certificate, X509Chain chain, SslPolicyErrors errors)
        {
            wasOnLoop.Add(loop.IsCurrent);
            return true;
        }

        TlsClientAuthentication authentication = new(TlsEnds.Host, [], [], Validate, X509RevocationMode.NoCheck);
        Task server = Observed(ends.Server.AuthenticateAsServerAsync(Select, null, default));
        Task client = Observed(loop.RunAsync(() => authentication.AuthenticateAsync(ends.Client, default)));
        await TlsEnds.Within(Task.WhenAll(server, client));

        Assert.Equal(4, wasOnLoop.Count);
        Assert.DoesNotContain(true, wasOnLoop);

        Task Observed(Task handshake) => handshake.ContinueWith(
            _ => wasOnLoop.Add(loop.IsCurrent), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    [Fact]
    public async Task After_the_handshake_reads_complete_on_the_loop()
    {
        using ThreadLoop loop = new();
        await using TlsEnds ends = await TlsEnds.ConnectAsync(scheduler: loop);
        TaskCompletionSource<bool> wasOnLoop = new();
        ValueTask<ReadResult> pending = ends.Server.Input.ReadAsync();
        Task observed = ObserveAsync();

        await TlsEnds.Within(ends.Client.Output.WriteAsync("x"u8.ToArray()));

        Assert.True(await wasOnLoop.Task.WaitAsync(TlsEnds.Patience));
        await observed;

        async Task ObserveAsync()
        {
            await pending.ConfigureAwait(false);
            wasOnLoop.SetResult(loop.IsCurrent);
        }
    }

    [Fact]
    public async Task The_server_can_choose_by_the_name_that_is_asked_for()
    {
        await using TlsEnds ends = await TlsEnds.CreateAsync();
        string? asked = null;
        Task server = ends.Server.AuthenticateAsServerAsync(
            (_, hello, state, _) =>
            {
                asked = hello.ServerName;
                return ValueTask.FromResult((SslServerAuthenticationOptions)state!);
            },
            TlsEnds.ServerOptions,
            default);

        await TlsEnds.Within(Task.WhenAll(server, TlsEnds.ClientAuthentication.AuthenticateAsync(ends.Client, default)));

        Assert.Equal(TlsEnds.Host, asked);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task An_abort_ends_a_handshake_that_the_peer_does_not_go_on_with(bool isServer, bool isOverSockets)
    {
        await using TlsEnds ends = await TlsEnds.CreateAsync(isOverSockets);
        TlsConnection own = isServer ? ends.Server : ends.Client;
        Task handshake = Authenticate(own, isServer, default);

        own.Abort("It took too long.");

        IOException e = await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(handshake));
        Assert.Equal("It took too long.", e.Message);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_cancelled_handshake_ends_at_once_and_the_connection_with_it(bool isServer, bool isCanceledBefore)
    {
        await using TlsEnds ends = await TlsEnds.CreateAsync();
        TlsConnection own = isServer ? ends.Server : ends.Client;
        using CancellationTokenSource source = new();
        if (isCanceledBefore)
            source.Cancel();
        Task handshake = Authenticate(own, isServer, source.Token);

        source.Cancel();

        OperationCanceledException e = await Assert.ThrowsAsync<OperationCanceledException>(() => TlsEnds.Within(handshake));
        Assert.Equal(source.Token, e.CancellationToken);
        await Assert.ThrowsAsync<IOException>(async () => await own.Input.ReadAsync());
    }

    [Fact]
    public async Task A_handshake_may_be_disposed_under_way()
    {
        await using TlsEnds ends = await TlsEnds.CreateAsync();
        Task handshake = ends.Server.AuthenticateAsServerAsync(TlsEnds.ServerOptions, default);

        await ends.Server.DisposeAsync();

        await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(handshake));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_leaves_before_the_end_is_an_IOException(bool isServer)
    {
        await using TlsEnds ends = await TlsEnds.CreateAsync();
        Task handshake = Authenticate(isServer ? ends.Server : ends.Client, isServer, default);

        await (isServer ? ends.InnerClient : ends.InnerServer).DisposeAsync();

        IOException e = await Assert.ThrowsAsync<IOException>(() => TlsEnds.Within(handshake));
        Assert.True(e.Message is "The peer ended the connection before the TLS handshake was complete." or MemoryConnection.ResetByPeer, e.Message);
    }

    [Theory]
    [InlineData(true, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "The peer does not speak TLS: its first byte is 0x47 (RFC 8446 section 5.1)")]
    [InlineData(false, "HTTP/1.1 400 Bad Request\r\n\r\n", "The peer does not speak TLS: its first byte is 0x48 (RFC 8446 section 5.1)")]
    [InlineData(true, "\u0016\u0003\u0001\u0000\u0005garbage", "The TLS handshake failed (RFC 8446): ")]
    [InlineData(false, "\u0016\u0003\u0001\u0000\u0005garbage", "The TLS handshake failed (RFC 8446): ")]
    [InlineData(true, "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000", "The peer does not speak TLS: its first byte is 0x00 (RFC 8446 section 5.1)")]
    public async Task A_peer_that_speaks_no_TLS_is_an_AuthenticationException_that_says_so(bool isServer, string said, string message)
    {
        await using TlsEnds ends = await TlsEnds.CreateAsync();
        ITransportConnection peer = isServer ? ends.InnerClient : ends.InnerServer;
        Task handshake = Authenticate(isServer ? ends.Server : ends.Client, isServer, default);

        await peer.Output.WriteAsync(said.Select(static c => (byte)c).ToArray());

        AuthenticationException e = await Assert.ThrowsAsync<AuthenticationException>(() => TlsEnds.Within(handshake));
        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_finds_no_protocol_in_common_says_so_and_so_does_the_client()
    {
        await using TlsEnds ends = await TlsEnds.CreateAsync();
        SslServerAuthenticationOptions options = TlsEnds.ServerOptions;
        options.ApplicationProtocols = [new SslApplicationProtocol("something-else")];
        Task server = ends.Server.AuthenticateAsServerAsync(options, default);

        AuthenticationException e = await Assert.ThrowsAsync<AuthenticationException>(
            () => TlsEnds.Within(TlsEnds.ClientAuthentication.AuthenticateAsync(ends.Client, default)));

        Assert.Contains("no application protocol", e.ToString(), StringComparison.OrdinalIgnoreCase);      // RFC 7301 section 3.2
        await Assert.ThrowsAsync<AuthenticationException>(() => TlsEnds.Within(server));
    }

    private static Task Authenticate(TlsConnection connection, bool isServer, CancellationToken ct) => isServer
        ? connection.AuthenticateAsServerAsync(TlsEnds.ServerOptions, ct)
        : TlsEnds.ClientAuthentication.AuthenticateAsync(connection, ct);
}
