using System.Text.Json.Nodes;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>A real browser, which always compresses, against our server.</summary>
public sealed class DeflateChromiumTests
{
    /// <summary>Some text and bytes of each size, much the same again and again, one after the other and then all at once; gives what our server says of it.</summary>
    private const string Conversation = """
        (async path => {
          const socket = new WebSocket(location.origin.replace('http', 'ws') + path);
          socket.binaryType = 'arraybuffer';
          await new Promise((done, fail) => { socket.onopen = done; socket.onerror = () => fail(new Error('no connection')); });
          const received = [], waiting = [];
          const give = () => { while (received.length && waiting.length) waiting.shift().done(received.shift()); };
          socket.onmessage = ({ data }) => { received.push(typeof data === 'string' ? data : new Uint8Array(data)); give(); };
          socket.onclose = ({ code, reason }) => waiting.forEach(({ fail }) => fail(new Error(`closed: ${code} ${reason}`)));
          const receive = () => new Promise((done, fail) => { waiting.push({ done, fail }); give(); });
          const json = length => JSON.stringify(Array.from({ length: length / 40 + 2 }, (_, id) => ({ id, name: `user-${id % 77}`, score: Math.sin(id) }))).slice(0, length);
          const noise = length => {
            const bytes = new Uint8Array(length);
            for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, Math.min(length, at + 65536)));
            return bytes;
          };
          const messages = ['', new Uint8Array(0), 'a', json(125), json(1023), json(1024), json(1024), json(5000), json(5000), noise(5000), new TextEncoder().encode(json(40000)),
            new Uint8Array(65536), noise(200000), json(200000), json(1 << 20), json(5000), 'κόσμε \u{1f600}'];
          const check = (message, echo) => {
            if (typeof message !== typeof echo || message.length !== echo.length || (typeof message === 'string' ? message !== echo : message.some((byte, i) => byte !== echo[i])))
              throw new Error(`${message.length} came back as ${echo.length}`);
          };
          for (const message of messages) { socket.send(message); check(message, await receive()); }
          for (const message of messages) socket.send(message);
          for (const message of messages) check(message, await receive());
          socket.send('stream?');
          const stream = await receive();
          socket.send('statistics?');
          const statistics = JSON.parse(await receive());
          const closed = new Promise(done => socket.onclose = done);
          socket.close(1000);
          const { code, wasClean } = await closed;
          return { ...statistics, seen: socket.extensions, stream: stream.length, code, wasClean };
        })
        """;

    [Theory(Timeout = InteropServer.Timeout)]
    [InlineData("ws", "/deflate", "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [InlineData("ws", "/deflate-takeover", "permessage-deflate")]
    [InlineData("ws", "/deflate-small", "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=9")]
    [InlineData("wss", "/deflate-takeover", "permessage-deflate")]
    [InlineData("wss", "/deflate", "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    public async Task Messages_come_back(string scheme, string path, string agreed)
    {
        await using TestServer server = await InteropServer.StartAsync(scheme, static server => server.MapHttp("/page", static _ => HttpReply.Text("a page")));
        await using Browser browser = await Browser.StartAsync(Peers.RequireChromium(), InteropServer.Certificate);
        BrowserTab tab = await browser.OpenAsync(new UriBuilder(new Uri(server.Endpoint, "/page")) { Scheme = scheme == "wss" ? "https" : "http" }.Uri);

        JsonNode seen = (await tab.EvaluateAsync($"{Conversation}('{path}')"))!;

        Assert.Equal((agreed, agreed), (seen["extensions"]!.GetValue<string>(), seen["seen"]!.GetValue<string>()));
        DeflateMessages.AssertUsed(seen["sent"]!.GetValue<long>(), seen["sentCompressed"]!.GetValue<long>(), seen["received"]!.GetValue<long>(), seen["receivedCompressed"]!.GetValue<long>());
        Assert.Equal((300_000, 1000, true), (seen["stream"]!.GetValue<int>(), seen["code"]!.GetValue<int>(), seen["wasClean"]!.GetValue<bool>()));
    }
}
