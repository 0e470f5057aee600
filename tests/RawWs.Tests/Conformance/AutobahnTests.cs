using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>Our server against the cases of the published Autobahn suite, by its strict verdicts.</summary>
public sealed class AutobahnTests(AutobahnTests.EchoServer server) : IClassFixture<AutobahnTests.EchoServer>
{
    public static IEnumerable<TheoryDataRow<string>> Numbers =>
        AutobahnSuite.Cases.Select(row => new TheoryDataRow<string>(row.Number) { TestDisplayName = $"Autobahn {row.Number}", Label = "" });

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Server_gives_the_strict_answer(string number)
    {
        await using RawPeer peer = await RawPeer.OpenAsync(server.Endpoint);
        await new AutobahnFuzzer(peer).PlayAsync(AutobahnSuite.Cases.Single(row => row.Number == number));
    }

    [Fact]
    public void Each_section_has_as_many_cases_as_the_published_suite()
    {
        Assert.Equal(
            [(1, 16), (2, 11), (3, 7), (4, 10), (5, 20), (6, 145), (7, 37), (9, 54), (10, 1)],
            AutobahnSuite.Cases.CountBy(row => row.Section).Select(count => (count.Key, count.Value)));
        Assert.Equal(AutobahnSuite.Cases.Count, AutobahnSuite.Cases.DistinctBy(row => row.Number).Count());
    }

    /// <summary>One server for all cases, with limits that let the suite's largest messages through.</summary>
    public sealed class EchoServer : IAsyncLifetime
    {
        private TestServer? _server;

        public Uri Endpoint => _server!.Endpoint;

        public async ValueTask InitializeAsync() =>
            _server = await TestServer.StartAsync(options: new WebSocketServerOptions
            {
                Defaults = new WebSocketEndpointOptions { MaxMessageBytes = 32 * 1024 * 1024, MaxFragments = 0 },
            });

        public ValueTask DisposeAsync() => _server!.DisposeAsync();
    }
}
