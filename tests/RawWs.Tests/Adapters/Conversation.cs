using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using RawWs.Tests.Support;

namespace RawWs.Tests.Adapters;

/// <summary>One run of a script over a WebSocket: every result, state and exception as a line of text.</summary>
internal sealed class Conversation(WebSocket socket, ScriptedPeer peer)
{
    private readonly StringBuilder _lines = new();

    public WebSocket Socket => socket;

    public string Transcript => _lines.ToString();

    /// <summary>Calls, waits, and writes down how it went and what the state is then.</summary>
    public Task Call(string name, Func<WebSocket, Task> call) => Ended(Begin(name, call));

    /// <summary>As <see cref="Call"/>, with what the call gave.</summary>
    public Task Tell(string name, Func<WebSocket, Task<string?>> call) => Call(name, call);

    /// <summary>Calls, and goes on with the script; <see cref="Ended"/> waits for it.</summary>
    public Pending Begin(string name, Func<WebSocket, Task> call)
    {
        try
        {
            return new(name, call(socket));
        }
        catch (Exception error)                         // thrown at once or through the task: the caller awaits it in one go
        {
            return new(name, Task.FromException(error));
        }
    }

    public async Task Ended(Pending pending)
    {
        try
        {
            await pending.Task.WaitAsync(ScriptedPeer.SafetyNet);
            Write($"{pending.Name} -> {Result(pending.Task)}");
        }
        catch (Exception error)
        {
            Write($"{pending.Name} -> {Text(error)}");
        }
    }

    public Pending BeginReceive(int size, CancellationToken ct = default) =>
        Begin($"receive {size}", ws => ReceiveAsync(ws, size, ct));

    public Task Receive(int size, CancellationToken ct = default) => Ended(BeginReceive(size, ct));

    /// <summary>By the older overload, whose result tells the close as well.</summary>
    public Task ReceiveSegment(int size) => Tell($"receive segment of {size}", async ws =>
    {
        byte[] buffer = new byte[size + 2];
        WebSocketReceiveResult result = await ws.ReceiveAsync(new ArraySegment<byte>(buffer, 1, size), default);
        return $"{Part(result.Count, result.MessageType, result.EndOfMessage, buffer.AsSpan(1))} {Close(result.CloseStatus, result.CloseStatusDescription)}";
    });

    /// <summary>All parts up to the end of a message as one: how it is cut is the receiver's choice (RFC 6455 section 5.4).</summary>
    public Task ReceiveMessage(int size) => Tell($"receive a message by {size}", async ws =>
    {
        byte[] buffer = new byte[size];
        using MemoryStream message = new();
        ValueWebSocketReceiveResult part;
        do
        {
            part = await ws.ReceiveAsync(buffer.AsMemory(), default);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return Part((int)message.Length, part.MessageType, true, message.ToArray());
    });

    public Task Send(string text, bool isLast = true, WebSocketMessageType type = WebSocketMessageType.Text, CancellationToken ct = default) =>
        Call($"send '{text}' {isLast}", ws => ws.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), type, isLast, ct).AsTask());

    public Pending BeginClose(int status, string? description = null, CancellationToken ct = default) =>
        Begin($"close {status} '{description}'", ws => ws.CloseAsync((WebSocketCloseStatus)status, description, ct));

    public Task Close(int status, string? description = null, CancellationToken ct = default) => Ended(BeginClose(status, description, ct));

    public Task CloseOutput(int status, string? description = null, CancellationToken ct = default) =>
        Call($"close output {status} '{description}'", ws => ws.CloseOutputAsync((WebSocketCloseStatus)status, description, ct));

    public Task Abort() => Call("abort", ws =>
    {
        ws.Abort();
        return Task.CompletedTask;
    });

    public Task Dispose() => Call("dispose", ws =>
    {
        ws.Dispose();
        return Task.CompletedTask;
    });

    /// <summary>Each call once, to see what the state allows.</summary>
    public async Task TryAll()
    {
        await Receive(8);
        await Send("x");
        await CloseOutput(1000);
        await Close(1000);
    }

    public Task PeerSends(string hex) => peer.SendAsync(Bytes.Hex(hex));

    public Task PeerSends(RawFrame frame) => peer.SendAsync(Connection.FrameBytes.Write(frame));

    public Task PeerSendsRaw(string hex) => peer.SendRawAsync(Bytes.Hex(hex));

    public void PeerEnds() => peer.End();

    /// <summary>Writes down the next frame that comes to the peer; of a close only the code, because its reason is free text.</summary>
    public async Task PeerGets() => Write(await peer.ReadAsync() switch
    {
        null => "the peer gets the end",
        { Opcode: RawFrame.Close } close => $"the peer gets a close {close.CloseCode?.ToString(CultureInfo.InvariantCulture) ?? "without a code"}",
        { Payload.Length: > 100 } large => $"the peer gets a frame of opcode {large.Opcode}, FIN {large.IsFinal}, {large.Payload.Length} bytes {Sum(large.Payload.Span)}",
        { } frame => $"the peer gets {frame}",
    });

    /// <summary>One line on a state: which, and the close as far as it is told.</summary>
    private string State() => $"{socket.State} {Close(socket.CloseStatus, socket.CloseStatusDescription)}";

    private void Write(string line) => _lines.Append(CultureInfo.InvariantCulture, $"{line}\n");

    private string Result(Task task) => $"{(task as Task<string?>)?.Result ?? "done"}; {State()}";

    private string Text(Exception error) => error switch
    {
        WebSocketException failed => $"{nameof(WebSocketException)} {failed.WebSocketErrorCode}; {State()}",
        OperationCanceledException => $"{nameof(OperationCanceledException)}; {State()}",
        ArgumentException argument => $"{argument.GetType().Name} {argument.ParamName}; {State()}",
        _ => $"{error.GetType().Name}; {State()}",
    };

    private static async Task<string?> ReceiveAsync(WebSocket ws, int size, CancellationToken ct)
    {
        byte[] buffer = new byte[size];
        ValueWebSocketReceiveResult result = await ws.ReceiveAsync(buffer.AsMemory(), ct);
        return Part(result.Count, result.MessageType, result.EndOfMessage, buffer);
    }

    private static string Part(int count, WebSocketMessageType type, bool isLast, ReadOnlySpan<byte> buffer) =>
        $"{type} {count} {(isLast ? "last" : "more")} {(count > 100 ? Sum(buffer[..count]) : Convert.ToHexString(buffer[..count]))}";

    private static string Close(WebSocketCloseStatus? status, string? description) =>
        $"({(status is { } code ? ((int)code).ToString(CultureInfo.InvariantCulture) : "-")} {(description is null ? "-" : $"'{description}'")})";

    private static string Sum(ReadOnlySpan<byte> bytes) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))[..16];

    internal sealed record Pending(string Name, Task Task);
}
