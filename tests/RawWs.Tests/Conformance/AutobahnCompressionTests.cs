using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>Our server against sections 12 and 13 of the published Autobahn suite. Section 12 finds the defaults, section 13 a route that allows all that is asked for.</summary>
public sealed class AutobahnCompressionTests(AutobahnCompressionTests.EchoServer server) : IClassFixture<AutobahnCompressionTests.EchoServer>
{
    public static IEnumerable<TheoryDataRow<string>> Numbers =>
        AutobahnSuite.CompressionCases.Select(row => new TheoryDataRow<string>(row.Number) { TestDisplayName = $"Autobahn {row.Number}", Label = "" });

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Server_echoes_compressed_messages(string number)
    {
        CompressionCase row = AutobahnSuite.CompressionCases.Single(row => row.Number == number);
        bool isDefault = row.Section == 12;
        (RawPeer peer, string? answer) = await DeflateHandshake.OpenAsync(server.Endpoint, isDefault ? "/default" : "/takeover", string.Join(", ", row.Wishes.Select(wish => wish.Offer)));
        await using (peer)
        {
            AgreedDeflate agreed = AgreedDeflate.Read(answer);
            Assert.Equal(AgreedDeflate.Read((isDefault ? new DeflateWish(NoContextTakeover: true) : row.Wishes[0]).Answer), agreed);
            await new CompressionFuzzer(peer, agreed).PlayAsync(row);
        }
    }

    [Fact]
    public void Each_section_has_as_many_cases_as_the_published_suite()
    {
        Assert.Equal([(12, 90), (13, 126)], AutobahnSuite.CompressionCases.CountBy(row => row.Section).Select(count => (count.Key, count.Value)));
        Assert.Equal(216, AutobahnSuite.CompressionCases.DistinctBy(row => row.Number).Count());
    }

    /// <summary>One server for all cases.</summary>
    public sealed class EchoServer : IAsyncLifetime
    {
        private TestServer? _server;

        public Uri Endpoint => _server!.Endpoint;

        public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(static server =>
        {
            server.Map("/default", TestServer.EchoAsync, static options => options with { Compression = new() });
            server.Map("/takeover", TestServer.EchoAsync, static options => options with { Compression = new() { ServerTakeover = true, ClientTakeover = true } });
        });

        public ValueTask DisposeAsync() => _server!.DisposeAsync();
    }
}
