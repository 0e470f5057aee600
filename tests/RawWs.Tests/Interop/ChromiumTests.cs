using RawWs.Tests.EndToEnd;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>A real browser on the page of the real program.</summary>
public abstract class ChromiumTests(string scheme) : IAsyncDisposable
{
    private readonly CertificateFiles _certificate = new(InteropServer.Certificate);

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task A_message_typed_into_the_chat_of_one_tab_appears_in_the_other()
    {
        await using Browser browser = await Browser.StartAsync(Peers.RequireChromium(), InteropServer.Certificate);
        using RunningProgram program = Start();
        Uri page = await PageAsync(program);
        BrowserTab ann = await ConnectAsync(browser, page, "/chat/{room}", ("#room", "lobby"), ("#name", "ann"));
        BrowserTab bob = await ConnectAsync(browser, page, "/chat/{room}", ("#room", "lobby"), ("#name", "bob"));
        await ann.WaitForTextAsync("#chat", "bob joined");

        await ann.TypeAsync("#message", "Can you see this, bob?");
        await ann.ClickAsync("#send");

        await bob.WaitForTextAsync("#chat", "Can you see this, bob?");
        await bob.WaitForTextAsync("#log", "Can you see this, bob?");
        await bob.SaveScreenshotAsync($"chat-desktop-{scheme}", 1280, 900);
        await bob.SaveScreenshotAsync($"chat-phone-{scheme}", 390, 844);
    }

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData("#close", "1000", "yes", "this page")]
    [InlineData("#server-close", "4001", "yes", "the server")]
    [InlineData("#server-error", "1011", "yes", "the server")]
    [InlineData("#server-abort", "1006", "no", "the network")]
    public async Task The_page_says_how_a_connection_ended(string button, string code, string clean, string who)
    {
        await using Browser browser = await Browser.StartAsync(Peers.RequireChromium(), InteropServer.Certificate);
        using RunningProgram program = Start();
        BrowserTab tab = await ConnectAsync(browser, await PageAsync(program), "/control");

        await tab.ClickAsync(button);

        await tab.WaitForTextAsync("#ending-code", code);
        await tab.WaitForTextAsync("#ending-clean", clean);
        await tab.WaitForTextAsync("#ending-who", who);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _certificate.DisposeAsync();
    }

    private RunningProgram Start() => new(
        $"--Server:Listen:0={scheme}://127.0.0.1:0 --Logging:Level=Warning"
        + (scheme == "wss" ? $" --Server:Tls:Certificates:0:Certificate={_certificate.Certificate} --Server:Tls:Certificates:0:Key={_certificate.Key}" : ""));

    private async Task<Uri> PageAsync(RunningProgram program) => new UriBuilder(await program.ReadyAsync()) { Scheme = scheme == "wss" ? "https" : "http" }.Uri;

    private static async Task<BrowserTab> ConnectAsync(Browser browser, Uri page, string endpoint, params (string Field, string Text)[] fields)
    {
        BrowserTab tab = await browser.OpenAsync(page);
        await tab.ClickAsync($"[data-endpoint=\"{endpoint}\"]");
        foreach ((string field, string text) in fields)
            await tab.TypeAsync(field, text);
        await tab.ClickAsync("#connect");
        await tab.WaitAsync("document.querySelector('#state').dataset.state === 'open'");
        return tab;
    }
}

/// <summary>Without encryption.</summary>
public sealed class PlainChromiumTests() : ChromiumTests("ws");

/// <summary>Over TLS.</summary>
public sealed class TlsChromiumTests() : ChromiumTests("wss");
