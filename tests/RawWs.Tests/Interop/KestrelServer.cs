using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RawWs.Tests.Interop;

/// <summary>What our client's checks talk to, on Kestrel and ASP.NET Core's WebSockets, in this process.</summary>
internal sealed class KestrelServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _endings = [];

    private KestrelServer(WebApplication application) => _application = application;

    public int Port => new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    public static async Task<KestrelServer> StartAsync(X509Certificate2? certificate)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        WebApplication application = builder.Build();
        KestrelServer server = new(application);
        application.UseWebSockets();
        application.Run(server.ServeAsync);
        await application.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        if (context.Request.Path == "/private")
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic";
            await context.Response.WriteAsync("who are you?");
            return;
        }

        JsonNode? deflate = context.Request.Headers["X-Deflate"] is [{ } parameters] ? JsonNode.Parse(parameters) : null;
        bool isChat = context.WebSockets.WebSocketRequestedProtocols.Contains("chat.v1");
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = isChat ? "chat.v1" : null,
            KeepAliveInterval = context.Request.Path == "/ping" ? TimeSpan.FromMilliseconds(20) : TimeSpan.Zero,
            KeepAliveTimeout = TimeSpan.FromSeconds(30),
            DangerousEnableCompression = deflate is not null,
            DisableServerContextTakeover = deflate?["server_no_context_takeover"] is not null,
            ServerMaxWindowBits = deflate?["server_max_window_bits"]?.GetValue<int>() ?? 15,
        });
        switch (context.Request.Path)
        {
            case "/close":
                string[] wish = (await ReceiveTextAsync(socket)).Split(' ', 2);
                await socket.CloseAsync((WebSocketCloseStatus)int.Parse(wish[0], CultureInfo.InvariantCulture), wish[1], default);
                break;
            case "/abort":
                await ReceiveTextAsync(socket);
                context.Abort();
                break;
            case "/stream":
                for (int i = 0; i < 5; i++)
                    await socket.SendAsync(Enumerable.Repeat((byte)i, 64 * 1024).ToArray(), WebSocketMessageType.Binary, i == 4, default);
                await DrainAsync(socket);
                break;
            case "/request":
                JsonObject seen = new() { ["target"] = context.Request.Path + context.Request.QueryString };
                foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in context.Request.Headers)
                    seen[name.ToLowerInvariant()] = value.ToString();
                await SendTextAsync(socket, seen.ToJsonString());
                await DrainAsync(socket);
                break;
            case "/watched":
                string ending = await DrainAsync(socket);
                Ending(context).SetResult(ending);
                break;
            case "/ending":
                await SendTextAsync(socket, await Ending(context).Task);
                await DrainAsync(socket);
                break;
            default:
                await EchoAsync(socket);
                break;
        }
    }

    private TaskCompletionSource<string> Ending(HttpContext context) => _endings.GetOrAdd(context.Request.QueryString.Value!, static _ => new());

    private static Task SendTextAsync(WebSocket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

    private static async Task<string> ReceiveTextAsync(WebSocket socket)
    {
        byte[] buffer = new byte[1024];
        ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), default);
        return Encoding.UTF8.GetString(buffer, 0, result.Count);
    }

    private static async Task EchoAsync(WebSocket socket)
    {
        byte[] buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), default) is { MessageType: not WebSocketMessageType.Close } part)
            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, default);
        await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, null, default);
    }

    /// <summary>Receives until the end, and says how it came.</summary>
    private static async Task<string> DrainAsync(WebSocket socket)
    {
        try
        {
            byte[] buffer = new byte[1024];
            while ((await socket.ReceiveAsync(buffer.AsMemory(), default)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            return "1006 ";
        }

        string ending = $"{(int?)socket.CloseStatus} {socket.CloseStatusDescription}";
        await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, null, default);
        return ending;
    }
}
