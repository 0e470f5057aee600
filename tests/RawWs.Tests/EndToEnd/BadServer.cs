using System.Net;
using System.Text;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>A client that has secrets to keep, against a server that does what a script says.</summary>
internal static class BadServer
{
    private const string Password = "S3CRET-password", Token = "S3CRET-token", Cookie = "S3CRET-cookie";

    private static readonly string[] Secrets =
        ["S3CRET", Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{Password}")), Convert.ToBase64String("S3CRET"u8)[..7]];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A target whose query is a credential.</summary>
    public static Uri Target(ScriptedServer server) => new(server.Endpoint, $"/chat?access_token={Token}");

    /// <summary>Credentials and a cookie for that server, and a log of all that the client does.</summary>
    public static WebSocketClientOptions Options(LogLines log)
    {
        CookieContainer cookies = new();
        cookies.Add(new Cookie("session", Cookie, "/", "127.0.0.1"));
        return new()
        {
            Proxy = WebSocketProxy.None,
            Credentials = WebSocketCredentials.Basic("user", Password),
            Cookies = cookies,
            LoggerFactory = log,
            LogFrames = true,
        };
    }

    /// <summary>Connects to a server that answers so; the failure has its type, leaves no connection open and tells no secret.</summary>
    public static Task<TException> FailAsync<TException>(Func<RawRequest, string> answer, Func<WebSocketClientOptions, WebSocketClientOptions>? change = null)
        where TException : Exception =>
        FailAsync<TException>(async client => await client.SendAsync(answer(await client.ReadRequestAsync())), change);

    /// <summary>Connects to a server of that script; the failure has its type, leaves no connection open and tells no secret.</summary>
    public static async Task<TException> FailAsync<TException>(Func<RawPeer, Task> script, Func<WebSocketClientOptions, WebSocketClientOptions>? change = null)
        where TException : Exception
    {
        LogLines log = new();
        WebSocketClientOptions options = Options(log);
        await using ScriptedServer server = ScriptedServer.Start(script);

        TException error = await Assert.ThrowsAsync<TException>(() => WebSocketClient.ConnectAsync(Target(server), change?.Invoke(options) ?? options, Ct));

        await server.FinishAsync();
        Assert.Equal(1, server.Accepted);
        AssertNoSecret(error, log);
        return error;
    }

    /// <summary>Connects to a server that answers so, which must go well.</summary>
    public static async Task<WebSocketConnection> OpenAsync(ScriptedServer server, Func<WebSocketClientOptions, WebSocketClientOptions>? change = null)
    {
        WebSocketClientOptions options = Options(new LogLines());
        return await WebSocketClient.ConnectAsync(Target(server), change?.Invoke(options) ?? options, Ct);
    }

    /// <summary>The message says which rule was broken and where it stands.</summary>
    public static void AssertNames(string section, Exception error) =>
        Assert.True(error.Message.Contains($"RFC {section})", StringComparison.Ordinal) || error.Message.Contains($"RFC {section},", StringComparison.Ordinal), $"RFC {section} is not named: {error.Message}");

    public static void AssertNoSecret(Exception error, LogLines log)
    {
        foreach (string secret in Secrets)
        {
            Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal);
            Assert.All(log.All, line => Assert.DoesNotContain(secret, line, StringComparison.Ordinal));
        }
    }
}
