using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace RawWs.Tests.Host.Endpoints;

public sealed class CompressionTests(SampleServer plain, CompressingSampleServer compressing) : IClassFixture<SampleServer>, IClassFixture<CompressingSampleServer>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Paths => ["/echo", "/upper", "/chat/lobby", "/ticker", "/game", "/notify", "/upload", "/broadcast", "/control"];

    [Fact]
    public async Task A_program_that_does_not_compress_says_so() =>
        Assert.Equal("""{"enabled":false}""", await plain.Http.GetStringAsync("/compression", Ct));

    [Fact]
    public async Task A_program_that_compresses_says_from_which_size_on() =>
        Assert.Equal("""{"enabled":true,"threshold":1024}""", await compressing.Http.GetStringAsync("/compression", Ct));

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Every_endpoint_is_told_of_while_it_is_open(string path)
    {
        string id = $"every{path}";
        using (SampleClient client = await plain.ConnectAsync($"{path}?name=ann&id={Uri.EscapeDataString(id)}"))
        {
            while (await StatusAsync(id) == HttpStatusCode.NotFound) // a handler begins after its client has the 101
                continue;
            Assert.Equal("""{"extension":null}""", await plain.Http.GetStringAsync(Question(id), Ct));
        }

        while (await StatusAsync(id) == HttpStatusCode.OK)
            continue;
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(id));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("")]
    public async Task An_id_that_nobody_has_is_404(string id) => Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(id));

    [Fact]
    public async Task Where_nothing_was_offered_there_is_no_extension()
    {
        using SampleClient client = await ConnectAsync("silent", offersCompression: false);
        Assert.Equal("""{"extension":null}""", await compressing.Http.GetStringAsync(Question("silent"), Ct));
    }

    [Fact]
    public async Task Bytes_are_counted_before_and_after_in_both_directions()
    {
        using SampleClient client = await ConnectAsync("counted", offersCompression: true);
        using JsonDocument first = JsonDocument.Parse(await compressing.Http.GetStringAsync(Question("counted"), Ct));
        Assert.StartsWith("permessage-deflate; server_no_context_takeover", first.RootElement.GetProperty("extension").GetString(), StringComparison.Ordinal);
        Assert.Equal((0, 0), Bytes(first, "sent")); // the greeting is shorter than the threshold

        byte[] text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("to be or not to be; ", 500)));
        await client.SendAsync(text);
        Assert.Equal(text, (await client.ReceiveAsync()).Payload);

        using JsonDocument second = JsonDocument.Parse(await compressing.Http.GetStringAsync(Question("counted"), Ct));
        (long sent, long sentAfter) = Bytes(second, "sent");
        Assert.Equal(text.Length, sent);
        Assert.InRange(sentAfter, 1, text.Length / 10);
        (long received, long receivedAfter) = Bytes(second, "received");
        Assert.InRange(received, text.Length, text.Length + "hello".Length); // the client may have compressed the greeting
        Assert.InRange(receivedAfter, 1, text.Length / 10);
    }

    private static string Question(string id) => "/compression?id=" + Uri.EscapeDataString(id);

    private static (long Before, long After) Bytes(JsonDocument answer, string direction)
    {
        JsonElement counts = answer.RootElement.GetProperty(direction);
        return (counts.GetProperty("before").GetInt64(), counts.GetProperty("after").GetInt64());
    }

    private async Task<HttpStatusCode> StatusAsync(string id)
    {
        using HttpResponseMessage reply = await plain.Http.GetAsync(Question(id), Ct);
        return reply.StatusCode;
    }

    /// <summary>A client whose handler surely runs: it has answered.</summary>
    private async Task<SampleClient> ConnectAsync(string id, bool offersCompression)
    {
        SampleClient client = await compressing.ConnectAsync($"/echo?id={id}", offersCompression);
        await client.SendAsync("hello");
        Assert.Equal("hello", await client.ReceiveTextAsync());
        return client;
    }
}
