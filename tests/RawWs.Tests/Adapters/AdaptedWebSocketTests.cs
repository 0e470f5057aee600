using System.Reflection;
using Xunit;

namespace RawWs.Tests.Adapters;

/// <summary>The same scripted conversation over the framework's WebSockets and over ours: every result, state and exception is equal.</summary>
public sealed class AdaptedWebSocketTests
{
    public static TheoryData<string, bool> Scripts()
    {
        TheoryData<string, bool> all = [];
        foreach (MethodInfo script in typeof(Scripts).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            all.Add(script.Name, true);
            all.Add(script.Name, false);
        }
        return all;
    }

    /// <summary>ClientWebSocket stands before the framework's WebSocket, and refuses by itself what comes after a dispose or an abort.</summary>
    private static string OfWebSocket(string transcript) => transcript.Replace("ObjectDisposedException", "WebSocketException InvalidState", StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_conversation_goes_as_over_the_framework(string name, bool isServer)
    {
        Func<Conversation, Task> script = typeof(Scripts).GetMethod(name)!.CreateDelegate<Func<Conversation, Task>>();
        string expected = await Subjects.FrameworkAsync(isServer, script);
        string ours = await Subjects.OursAsync(isServer, script);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, ours);
        if (!isServer)
            Assert.Equal(OfWebSocket(await Subjects.FrameworkClientAsync(script)), ours);
    }
}
