using System.IO.Pipelines;
using RawWs.Transport.Streams;
using Xunit;

#pragma warning disable CA2012      // whether a call has completed before it is awaited is what is tested
#pragma warning disable xUnit1051   // a token is refused here; the waits have their own bound

namespace RawWs.Tests.Transport.Streams;

public sealed class StreamConnectionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_abort_ends_the_stream_and_every_call_with_its_reason(bool endsCalls)
    {
        HandStream stream = new() { EndsCallsWhenDisposed = endsCalls };
        await using StreamConnection connection = new(stream, TimeProvider.System);
        ValueTask<ReadResult> pending = connection.Input.ReadAsync();

        connection.Abort("first");
        connection.Abort("second");

        Assert.True(stream.IsDisposed);
        Assert.Equal("first", (await Assert.ThrowsAsync<IOException>(() => pending.AsTask().WaitAsync(SocketEnds.Patience))).Message);
        Assert.Equal("first", (await Assert.ThrowsAsync<IOException>(async () => await connection.Input.ReadAsync())).Message);
        Assert.Equal("first", Assert.Throws<IOException>(() => connection.Output.GetMemory()).Message);
    }

    [Fact]
    public async Task Disposing_ends_the_stream_once()
    {
        HandStream stream = new();
        StreamConnection connection = new(stream, TimeProvider.System);

        await connection.DisposeAsync();
        await connection.DisposeAsync();

        Assert.True(stream.IsDisposed);
    }

    [Fact]
    public async Task A_connection_over_a_stream_has_no_addresses_and_is_not_known_to_be_secure()
    {
        await using StreamConnection connection = new(new HandStream(), TimeProvider.System);

        Assert.Null(connection.LocalEndPoint);
        Assert.Null(connection.RemoteEndPoint);
        Assert.False(((RawWs.Transport.ITransportConnection)connection).IsSecure);
        Assert.Same(PipeScheduler.ThreadPool, connection.Scheduler);
        Assert.Same(TimeProvider.System, connection.Time);
    }
}
