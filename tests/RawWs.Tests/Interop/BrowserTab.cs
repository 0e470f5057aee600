using System.Text.Json.Nodes;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>One page of a <see cref="Browser"/>: what a person would do to it, and what they would see.</summary>
internal sealed class BrowserTab(Browser browser, string session)
{
    public async Task GoToAsync(Uri page)
    {
        JsonNode navigation = await browser.CallAsync("Page.navigate", new() { ["url"] = page.ToString() }, session);
        Assert.Null(navigation["errorText"]);
        await WaitAsync("document.readyState === 'complete'");
    }

    /// <summary>Waits until an expression is true; it is looked at whenever the page changes.</summary>
    public Task WaitAsync(string expression) => EvaluateAsync($$"""
        new Promise(done => {
          const look = () => { if ({{expression}}) { watch.disconnect(); done(true); } };
          const watch = new MutationObserver(look);
          watch.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
          addEventListener('load', look);
          look();
        })
        """);

    public Task WaitForTextAsync(string selector, string text) =>
        WaitAsync($"document.querySelector('{selector}').innerText.includes('{text}')");

    /// <summary>Replaces what an input holds, by the keyboard.</summary>
    public async Task TypeAsync(string selector, string text)
    {
        await EvaluateAsync($"(e => {{ e.focus(); e.select(); }})(document.querySelector('{selector}'))");
        await browser.CallAsync("Input.insertText", new() { ["text"] = text }, session);
    }

    public Task ClickAsync(string selector) => EvaluateAsync($"document.querySelector('{selector}').click()");

    /// <summary>Keeps a picture of the page, of this width, beside the tests.</summary>
    public async Task SaveScreenshotAsync(string name, int width, int height)
    {
        await browser.CallAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 }, session);
        JsonNode picture = await browser.CallAsync("Page.captureScreenshot", [], session);
        string folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, name + ".png"), Convert.FromBase64String(picture["data"]!.GetValue<string>()), TestContext.Current.CancellationToken);
    }

    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        JsonNode result = await browser.CallAsync(
            "Runtime.evaluate", new() { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true }, session);
        Assert.True(result["exceptionDetails"] is null, $"{expression}: {result["exceptionDetails"]?.ToJsonString()}");
        return result["result"]!["value"];
    }
}
