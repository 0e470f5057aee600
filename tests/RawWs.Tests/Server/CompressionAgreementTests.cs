using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Logging;
using RawWs.Connection;
using RawWs.Protocol.Handshake;
using RawWs.Server;
using RawWs.Transport;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Server;

/// <summary>A server agrees to no more than it can do, and gives back the room that it took.</summary>
public sealed class CompressionAgreementTests
{
    private const int Opened = 2;

    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(60);
    private static readonly CompressionOptions Takeover = new() { ServerTakeover = true, ClientTakeover = true };
    private static readonly RequestHead Offer = Read(Upgrade("Sec-WebSocket-Extensions: permessage-deflate"));

    private readonly KeptContexts _contexts = new(TimeProvider.System) { Max = 2 };
    private readonly ListLogger _logger = new();
    private readonly CompressionAgreement _agreement;

    public CompressionAgreementTests() => _agreement = new(_logger, _contexts);

    [Fact]
    public void Takeover_of_the_client_takes_room_for_an_inflater_until_the_connection_is_over()
    {
        PerMessageDeflate deflate = _agreement.Agree(Offer, Takeover)!;
        Assert.Equal("permessage-deflate", deflate.Agreed.ToString());
        Assert.Equal(1, _contexts.Count);
        deflate.Dispose();
        deflate.Dispose();
        Assert.Equal(0, _contexts.Count);
    }

    [Fact]
    public void Without_room_the_client_is_told_to_do_without_takeover()
    {
        using PerMessageDeflate first = _agreement.Agree(Offer, Takeover)!;
        using (PerMessageDeflate second = _agreement.Agree(Offer, Takeover)!)
            Assert.Equal("permessage-deflate; client_no_context_takeover", second.Agreed.ToString());
        Assert.Equal(1, _contexts.Count);
    }

    [Theory]
    [InlineData("permessage-deflate; client_no_context_takeover", true)]
    [InlineData("permessage-deflate", false)]
    public void Without_takeover_of_the_client_no_room_is_taken(string offer, bool clientTakeover)
    {
        using PerMessageDeflate deflate = _agreement.Agree(Read(Upgrade($"Sec-WebSocket-Extensions: {offer}")), new() { ServerTakeover = true, ClientTakeover = clientTakeover })!;
        Assert.Equal("permessage-deflate; client_no_context_takeover", deflate.Agreed.ToString());
        Assert.Equal(0, _contexts.Count);
    }

    [Theory]
    [InlineData("permessage-deflate; unknown")]
    [InlineData("x")]
    public void What_is_declined_takes_nothing(string offer)
    {
        Assert.Null(_agreement.Agree(Read(Upgrade($"Sec-WebSocket-Extensions: {offer}")), Takeover));
        Assert.Equal(0, _contexts.Count);
        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public void Without_zlib_every_offer_is_declined_and_that_is_logged_once()
    {
        CompressionAgreement agreement = new(_logger, _contexts) { IsAvailable = static () => false };
        Assert.Null(agreement.Agree(Read(Upgrade()), Takeover));
        Assert.Empty(_logger.Entries);
        Assert.Null(agreement.Agree(Offer, Takeover));
        Assert.Null(agreement.Agree(Offer, new()));
        Assert.Equal((LogLevel.Warning, 17), Assert.Single(_logger.Entries) is var entry ? (entry.Level, entry.Event) : default);
        Assert.Equal(0, _contexts.Count);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Extensions")]                                // not the hook's to write
    [InlineData("X Bad")]
    public async Task A_switch_that_fails_gives_the_room_back(string illegal)
    {
        string answer = await AskAsync(_ => UpgradeDecision.Accept(headers: [new(illegal, "permessage-deflate")]));
        Assert.StartsWith("HTTP/1.1 500 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("permessage-deflate", answer, StringComparison.Ordinal);
        Assert.Equal(0, _contexts.Count);
    }

    [Fact]
    public async Task A_refusal_of_the_hook_takes_no_room()
    {
        Assert.StartsWith("HTTP/1.1 403 ", await AskAsync(_ => UpgradeDecision.Reject(new HttpReply(403))), StringComparison.Ordinal);
        Assert.Equal(0, _contexts.Count);
    }

    [Fact]
    public async Task A_peer_that_is_gone_before_the_switch_gives_the_room_back()
    {
        await Assert.ThrowsAnyAsync<IOException>(() => AskAsync(peer =>
        {
            peer.Abort("gone");
            return UpgradeDecision.Accept();
        }));
        Assert.Equal(0, _contexts.Count);
    }

    /// <summary>What a server answers to an offer where this hook decides and does not end in a connection.</summary>
    private async Task<string> AskAsync(Func<ITransportConnection, UpgradeDecision> hook)
    {
        (MemoryConnection near, MemoryConnection peer) = MemoryConnection.CreatePair(TimeProvider.System, PipeScheduler.ThreadPool);
        RouteTable routes = new();
        routes.Add(new Route(new PathTemplate("/chat"), static _ => throw new InvalidOperationException("There is a connection."), null)
        {
            Options = new() { Compression = Takeover, OnUpgrade = (_, _) => ValueTask.FromResult(hook(peer)) },
        });
        using ServerContext server = new(new WebSocketServerOptions(), routes, _logger, null) { Compression = _agreement };
        await peer.Output.WriteAsync(Bytes(Upgrade("Sec-WebSocket-Extensions: permessage-deflate")));
        await peer.Output.CompleteAsync();
        await new HttpExchange(server, near, isLoopback: true, isOverLimit: false).RunAsync().WaitAsync(SafetyNet);
        Assert.DoesNotContain(_logger.Entries, static entry => entry.Event == Opened);
        using MemoryStream answer = new();
        await peer.Input.AsStream().CopyToAsync(answer).WaitAsync(SafetyNet);
        await peer.DisposeAsync();
        return Encoding.ASCII.GetString(answer.ToArray());
    }
}
