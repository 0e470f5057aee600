using RawWs.Tests.EndToEnd;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>What the page of the program shows of compression, in a real browser, which always offers it.</summary>
public sealed class ChromiumCompressionTests
{
    [Fact(Timeout = InteropServer.Timeout)]
    public async Task Switched_off_the_page_shows_none_and_names_the_setting()
    {
        await using Browser browser = await Browser.StartAsync(Peers.RequireChromium());
        using RunningProgram program = Start(isEnabled: false);
        BrowserTab tab = await ConnectAsync(browser, program, "/echo");

        Assert.Equal("none", await TextAsync(tab, "#compression"));
        await tab.WaitForTextAsync("#compression-hint", "--Server:Compression:Enabled=true");
        Assert.True(await IsHiddenAsync(tab, "#ratio-sent"));
        await tab.ClickAsync("#send-large");
        await tab.WaitAsync("document.querySelector('#log .received') !== null");
        await tab.SaveScreenshotAsync("compression-off-desktop", 1280, 900);
        await tab.SaveScreenshotAsync("compression-off-phone", 390, 844);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task Switched_on_the_page_shows_what_was_agreed_on_and_the_ratio_both_ways()
    {
        await using Browser browser = await Browser.StartAsync(Peers.RequireChromium());
        using RunningProgram program = Start(isEnabled: true);
        BrowserTab tab = await ConnectAsync(browser, program, "/echo");

        Assert.Equal("permessage-deflate; server_no_context_takeover; client_no_context_takeover", await TextAsync(tab, "#compression"));
        await tab.WaitForTextAsync("#compression-hint", "The server compresses messages of 1.0 KiB and more");
        Assert.Equal("nothing compressed yet", await TextAsync(tab, "#ratio-sent"));
        Assert.Equal("nothing compressed yet", await TextAsync(tab, "#ratio-received"));

        await tab.ClickAsync("#send-large");
        await tab.WaitForTextAsync("#ratio-sent", "4.0 KiB became ");
        await tab.WaitForTextAsync("#ratio-received", "4.0 KiB became ");
        await tab.SaveScreenshotAsync("compression-on-desktop", 1280, 900);
        await tab.SaveScreenshotAsync("compression-on-phone", 390, 844);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task What_is_short_goes_as_it_is_and_the_page_says_so()
    {
        await using Browser browser = await Browser.StartAsync(Peers.RequireChromium());
        using RunningProgram program = Start(isEnabled: true);
        BrowserTab tab = await ConnectAsync(browser, program, "/control");

        await tab.ClickAsync("#send");
        await tab.WaitForTextAsync("#log", "Commands: ");
        await tab.WaitForTextAsync("#ratio-sent", " became "); // a browser compresses whatever it sends
        Assert.Equal("nothing compressed yet", await TextAsync(tab, "#ratio-received"));
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task The_next_connection_begins_without_the_numbers_of_the_last()
    {
        await using Browser browser = await Browser.StartAsync(Peers.RequireChromium());
        using RunningProgram program = Start(isEnabled: true);
        BrowserTab tab = await ConnectAsync(browser, program, "/echo");
        await tab.ClickAsync("#send-large");
        await tab.WaitForTextAsync("#ratio-received", "4.0 KiB became ");

        await tab.ClickAsync("#close");
        await tab.WaitForTextAsync("#ending-code", "1000");
        Assert.Contains("became", await TextAsync(tab, "#ratio-received"), StringComparison.Ordinal); // what it came to stays until then
        await tab.ClickAsync("#connect");
        await tab.WaitAsync("document.querySelector('#state').dataset.state === 'open'");

        Assert.Equal("nothing compressed yet", await TextAsync(tab, "#ratio-received"));
    }

    private static RunningProgram Start(bool isEnabled) =>
        new($"--Server:Listen:0=ws://127.0.0.1:0 --Logging:Level=Warning --Server:Compression:Enabled={(isEnabled ? "true" : "false")}");

    private static async Task<BrowserTab> ConnectAsync(Browser browser, RunningProgram program, string endpoint)
    {
        BrowserTab tab = await browser.OpenAsync(new UriBuilder(await program.ReadyAsync()) { Scheme = "http" }.Uri);
        await tab.ClickAsync($"[data-endpoint=\"{endpoint}\"]");
        await tab.ClickAsync("#connect");
        await tab.WaitAsync("document.querySelector('#state').dataset.state === 'open'");
        return tab;
    }

    private static async Task<string?> TextAsync(BrowserTab tab, string selector) =>
        (await tab.EvaluateAsync($"document.querySelector('{selector}').textContent"))?.GetValue<string>();

    private static async Task<bool> IsHiddenAsync(BrowserTab tab, string selector) =>
        (await tab.EvaluateAsync($"document.querySelector('{selector}').hidden"))?.GetValue<bool>() ?? false;
}
