using System.IO.Pipelines;
using System.Net;
using RawWs.Connection;
using RawWs.Protocol.Framing;
using RawWs.Server;
using RawWs.Transport;
using Xunit;

#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Server;

public sealed class ConnectionRegistryTests
{
    private const string One = "10.0.0.1";
    private const string Two = "10.0.0.2";

    [Fact]
    public void Handshakes_and_open_connections_are_counted()
    {
        ConnectionRegistry registry = new(0, 0);
        Peer first = Peer.From(One);
        Peer second = Peer.From(One);
        Assert.True(registry.TryAdd(first, out bool isOverLimit));
        Assert.False(isOverLimit);
        Assert.True(registry.TryAdd(second, out _));
        Assert.Equal(2, registry.Count);
        Assert.Equal([first, second], registry.Handshakes().ToHashSet());

        WebSocketConnection connection = Open(registry, first);
        Assert.Equal(2, registry.Count);
        Assert.Same(second, Assert.Single(registry.Handshakes()));
        Assert.Same(connection, Assert.Single(registry.Open()));

        registry.Remove(second);
        registry.Remove(second);
        Assert.Equal(1, registry.Count);
        registry.Remove(connection);
        Assert.Equal(0, registry.Count);
        Assert.Empty(registry.Open());
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 2, 0)]
    public void Connections_may_leave_in_any_order(params int[] order)
    {
        ConnectionRegistry registry = new(0, 0);
        WebSocketConnection[] connections = [.. Enumerable.Range(0, 3).Select(_ => AddOpen(registry, Peer.From(One)))];
        HashSet<WebSocketConnection> left = [.. connections];
        foreach (int i in order)
        {
            registry.Remove(connections[i]);
            left.Remove(connections[i]);
            Assert.Equal(left, registry.Open().ToHashSet());
            Assert.Equal(left.Count, registry.Count);
        }
        WebSocketConnection later = AddOpen(registry, Peer.From(One));
        Assert.Same(later, Assert.Single(registry.Open()));
    }

    [Fact]
    public void Beyond_the_limit_a_connection_is_told_so_and_far_beyond_it_is_not_let_in()
    {
        ConnectionRegistry registry = new(maxConnections: 2, 0);
        AddOpen(registry, Peer.From(One));
        AddOpen(registry, Peer.From(Two));
        for (int i = 0; i < 256; i++)
        {
            Assert.True(registry.TryAdd(Peer.From(One), out bool isOverLimit));
            Assert.True(isOverLimit);
        }
        Assert.False(registry.TryAdd(Peer.From(One), out _));
        Assert.Equal(258, registry.Count);
    }

    [Fact]
    public void Each_address_has_a_limit_of_its_own()
    {
        ConnectionRegistry registry = new(0, maxPerAddress: 1);
        AddOpen(registry, Peer.From(One));
        Assert.True(registry.TryAdd(Peer.From(One), out bool isOverLimit));
        Assert.True(isOverLimit);
        Assert.True(registry.TryAdd(Peer.From(Two), out isOverLimit));
        Assert.False(isOverLimit);
        Assert.True(registry.TryAdd(Peer.From(null), out isOverLimit));     // a unix socket has no address
        Assert.False(isOverLimit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_connection_that_is_gone_counts_no_more_against_its_address(bool isOpen)
    {
        ConnectionRegistry registry = new(0, maxPerAddress: 1);
        for (int i = 0; i < 5; i++)
        {
            Peer peer = Peer.From(One);
            Assert.True(registry.TryAdd(peer, out bool isOverLimit));
            Assert.False(isOverLimit);
            WebSocketConnection? connection = isOpen ? Open(registry, peer) : null;
            peer.IsOver = true;                 // as a socket's: its address is not known any more
            if (connection is null)
                registry.Remove(peer);
            else
                registry.Remove(connection);
        }
        Assert.Equal(0, registry.Count);
    }

    [Fact]
    public async Task The_last_to_go_ends_the_wait()
    {
        ConnectionRegistry registry = new(0, 0);
        Assert.True(registry.EmptyAsync().IsCompletedSuccessfully);
        Peer handshake = Peer.From(One);
        Assert.True(registry.TryAdd(handshake, out _));
        WebSocketConnection open = AddOpen(registry, Peer.From(Two));
        Task empty = registry.EmptyAsync();
        registry.Remove(handshake);
        Assert.False(empty.IsCompleted);
        registry.Remove(open);
        await empty.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static WebSocketConnection AddOpen(ConnectionRegistry registry, Peer peer)
    {
        Assert.True(registry.TryAdd(peer, out _));
        return Open(registry, peer);
    }

    private static WebSocketConnection Open(ConnectionRegistry registry, Peer peer)
    {
        WebSocketConnection connection = new(new ProtocolConnection(peer, Role.Server, new WebSocketEndpointOptions()), null!, null);
        registry.Promote(peer, connection);
        return connection;
    }

    /// <summary>A transport that is only an address.</summary>
    private sealed class Peer : ITransportConnection
    {
        private IPAddress? _address;

        public bool IsOver { get; set; }

        public PipeReader Input => throw new NotSupportedException();

        public PipeWriter Output => throw new NotSupportedException();

        public EndPoint? LocalEndPoint => null;

        public EndPoint? RemoteEndPoint => IsOver || _address is null ? null : new IPEndPoint(_address, 4711);

        public PipeScheduler Scheduler => PipeScheduler.Inline;

        public TimeProvider Time => TimeProvider.System;

        public long BytesSent => 0;

        public static Peer From(string? address) => new() { _address = address is null ? null : IPAddress.Parse(address) };

        public void Abort(string reason)
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
