using RawWs.Tests.EndToEnd;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>A real browser on the page of the real program.</summary>
public sealed class ChromiumTests
{
    [Fact(Timeout = InteropServer.Timeout)]
    public async Task A_message_typed_into_the_chat_of_one_tab_appears_in_the_other()
    {
        await using Browser browser = await Browser.StartAsync(Peers.RequireChromium());
        using RunningProgram program = new("--Server:Listen:0=ws://127.0.0.1:0 --Logging:Level=Warning");
        Uri page = new UriBuilder(await program.ReadyAsync()) { Scheme = "http" }.Uri;
        BrowserTab ann = await EnterChatAsync(browser, page, "ann");
        BrowserTab bob = await EnterChatAsync(browser, page, "bob");
        await ann.WaitAsync("document.querySelector('#log').innerText.includes('bob')");

        await ann.TypeAsync("#message", "Can you see this, bob?");
        await ann.ClickAsync("#send");

        await bob.WaitAsync("document.querySelector('#log').innerText.includes('Can you see this, bob?')");
        await bob.SaveScreenshotAsync("chat-desktop", 1280, 900);
        await bob.SaveScreenshotAsync("chat-phone", 390, 844);
    }

    [Fact(Timeout = InteropServer.Timeout)]
    public async Task The_page_says_how_a_connection_ended()
    {
        await using Browser browser = await Browser.StartAsync(Peers.RequireChromium());
        using RunningProgram program = new("--Server:Listen:0=ws://127.0.0.1:0 --Logging:Level=Warning");
        Uri page = new UriBuilder(await program.ReadyAsync()) { Scheme = "http" }.Uri;
        BrowserTab tab = await EnterChatAsync(browser, page, "ann");

        await tab.ClickAsync("#connect");    // it is the button to disconnect by now

        await tab.WaitAsync("document.querySelector('#ending').innerText.includes('1000')");
    }

    private static async Task<BrowserTab> EnterChatAsync(Browser browser, Uri page, string name)
    {
        BrowserTab tab = await browser.OpenAsync(page);
        await tab.ChooseAsync("#endpoint", "/chat");
        await tab.TypeAsync("#room", "lobby");
        await tab.TypeAsync("#name", name);
        await tab.ClickAsync("#connect");
        await tab.WaitAsync("document.querySelector('#state').innerText.toLowerCase().includes('open')");
        return tab;
    }
}
