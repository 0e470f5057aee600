using System.Net;
using System.Net.Sockets;
using RawWs.Server;
using Xunit;

namespace RawWs.Tests.Server;

public sealed class PeerNameTests
{
    [Fact]
    public async Task The_end_of_a_client_on_a_unix_socket_has_words_for_a_name()
    {
        Assert.SkipUnless(Socket.OSSupportsUnixDomainSockets, "This system has no unix sockets.");
        string folder = Directory.CreateTempSubdirectory("rawws-peer-").FullName;
        try
        {
            UnixDomainSocketEndPoint path = new(Path.Combine(folder, "s"));
            using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(path);
            listener.Listen();
            using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(path, TestContext.Current.CancellationToken);
            using Socket accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken);
            Assert.Equal("a unix socket peer", new PeerName(accepted.RemoteEndPoint).ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Others_have_their_address() => Assert.Equal("[::1]:80", new PeerName(new IPEndPoint(IPAddress.IPv6Loopback, 80)).ToString());

    [Fact]
    public void A_peer_without_an_address_has_a_name_too() => Assert.Equal("an unknown peer", new PeerName(null).ToString());
}
