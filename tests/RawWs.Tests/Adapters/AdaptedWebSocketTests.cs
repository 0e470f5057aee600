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

    [Theory]
    [InlineData(true, "81 05 48 65 6c 6c 6f")]
    [InlineData(false, "81 81 37 fa 21 3d 56")]
    public async Task A_frame_masked_as_its_sender_must_not_is_refused_as_by_the_framework(bool isServer, string wire)
    {
        async Task Script(Conversation c)
        {
            await c.PeerSendsRaw(wire);                                 // section 5.1
            await c.Receive(16);
            await c.PeerGets();
            await c.TryAll();
        }
        string ours = await Subjects.OursAsync(isServer, Script);
        Assert.Equal(await Subjects.FrameworkAsync(isServer, Script), ours);
        Assert.StartsWith("receive 16 -> WebSocketException Faulted; Aborted (- -)\nthe peer gets a close 1002", ours, StringComparison.Ordinal);
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
