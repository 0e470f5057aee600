using System.Net;
using System.Net.Sockets;
using RawWs.Transport.Connecting;
using Xunit;

#pragma warning disable xUnit1051   // the wait has its own bound

namespace RawWs.Tests.Transport.Connecting;

public sealed class NameLookupTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("fe80::1%1", "fe80::1%1")]
    [InlineData("fe80::1%251", "fe80::1%1")]           // as in ws://[fe80::1%251]/ (RFC 6874 section 2)
    [InlineData("[fe80::1%251]", "fe80::1%1")]
    [InlineData("fe80::1%25", "fe80::1%25")]           // the 25th interface
    public async Task An_address_needs_no_look_up(string host, string address)
    {
        NameLookup names = new(static (_, _) => throw new InvalidOperationException("Looked up"));

        Assert.Equal(IPAddress.Parse(address), Assert.Single(await names.FindAsync(host, CancellationToken.None)));
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "There is no host named no.such.host.")]
    [InlineData(SocketError.NoData, "The host no.such.host has no address.")]
    [InlineData(SocketError.TryAgain, "The address of no.such.host cannot be looked up now: no name server answered.")]
    [InlineData(SocketError.NoRecovery, "The address of no.such.host cannot be looked up: the system says NoRecovery.")]
    public async Task A_failed_look_up_is_told_with_the_name(SocketError error, string message)
    {
        NameLookup names = new((_, _) => Task.FromException<IPAddress[]>(new SocketException((int)error)));

        IOException e = await Assert.ThrowsAsync<IOException>(() => names.FindAsync("no.such.host", CancellationToken.None));

        Assert.Equal(message, e.Message);
        Assert.Equal(error, Assert.IsType<SocketException>(e.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task A_host_without_an_address_is_told()
    {
        NameLookup names = new(static (_, _) => Task.FromResult<IPAddress[]>([]));

        IOException e = await Assert.ThrowsAsync<IOException>(() => names.FindAsync("empty.host", CancellationToken.None));

        Assert.Equal("The host empty.host has no address.", e.Message);
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_no_host()
    {
        string name = string.Concat(Enumerable.Repeat("abcde.", 50)) + "com";

        IOException e = await Assert.ThrowsAsync<IOException>(() => NameLookup.System.FindAsync(name, CancellationToken.None));

        Assert.Equal($"There is no host named {name}.", e.Message);
    }

    [Fact]
    public async Task A_name_of_this_machine_is_found() =>
        Assert.Contains(IPAddress.Loopback, await NameLookup.System.FindAsync("localhost", CancellationToken.None));

    [Fact]
    public async Task Cancelling_does_not_wait_for_a_resolver_that_hangs()
    {
        TaskCompletionSource<IPAddress[]> hangs = new();
        using CancellationTokenSource cancel = new();
        Task<IPAddress[]> found = new NameLookup((_, _) => hangs.Task).FindAsync("slow.host", cancel.Token);

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => found.WaitAsync(Patience));
        hangs.SetException(new SocketException((int)SocketError.TryAgain));
    }
}
