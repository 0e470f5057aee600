using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using RawWs.Connection;
using RawWs.Diagnostics;
using RawWs.Protocol.Framing;
using RawWs.Protocol.Handshake;
using RawWs.Tests.Support;
using RawWs.Transport;
using Xunit;

namespace RawWs.Tests.Connection;

/// <summary>An open connection of ours in memory, and the bare other end of its wire. Nothing moves but by a call: the loop and the clock are turned by hand.</summary>
/// <remarks>Frames are written as a server sends them, in both directions; where a client sends them they are masked on the wire.</remarks>
internal sealed class Wire
{
    /// <summary>For a test that hangs; no verdict depends on it.</summary>
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(8);

    private readonly HandLoop _loop = new();
    private readonly MemoryConnection _peer;
    private readonly bool _isServer;
    private readonly List<byte> _arrived = [];
    private Task _write = Task.CompletedTask;

    public Wire(bool isServer = true, WebSocketEndpointOptions? options = null, PerMessageDeflate? deflate = null, FrameLog? log = null)
    {
        _isServer = isServer;
        (MemoryConnection ours, _peer) = MemoryConnection.CreatePair(Clock, _loop);
        Transport = new ObservedTransport(ours);
        Role role = isServer ? Role.Server : Role.Client;
        Connection = new WebSocketConnection(new ProtocolConnection(Transport, role, options ?? new(), deflate) { FrameLog = log }, Request(), null);
        Connection.Start();
    }

    public ManualClock Clock { get; } = new();

    public ObservedTransport Transport { get; }

    public WebSocketConnection Connection { get; }

    public ProtocolConnection Core => Connection.Core;

    /// <summary>Whether the peer was told that no more bytes will come.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether our end was broken off.</summary>
    public bool IsReset { get; private set; }

    /// <summary>The masking keys of all frames that were looked at.</summary>
    public List<uint?> Keys { get; } = [];

    /// <summary>A payload that shows whether bytes are lost, moved or mixed.</summary>
    public static byte[] Pattern(int length, int seed = 0) => [.. Enumerable.Range(0, length).Select(i => (byte)((i * 31) + (i >> 8) + seed))];

    /// <summary>Runs what was posted to the loop.</summary>
    public void Run() => _loop.Run();

    /// <summary>Moves the clock; what falls due is done at its time.</summary>
    public void Advance(TimeSpan by)
    {
        Run();
        while (Clock.NextDue is { } due && due <= by)
        {
            Clock.Advance(due);
            by -= due;
            Run();
        }
        Clock.Advance(by);
        Run();
    }

    /// <summary>The bytes with which the peer sends these frames.</summary>
    public byte[] FromPeer(ReadOnlySpan<byte> frames) => _isServer ? FrameBytes.Mask(frames) : frames.ToArray();

    public byte[] FromPeer(RawFrame frame) => FromPeer(FrameBytes.Write(frame));

    /// <summary>The peer sends frames; all that can be done with them at once is done.</summary>
    public void Receive(string hex) => ReceiveBytes(FromPeer(Bytes.Hex(hex)));

    public void Receive(RawFrame frame) => ReceiveBytes(FromPeer(frame));

    /// <summary>The peer sends bytes, in one segment.</summary>
    public void ReceiveBytes(ReadOnlySpan<byte> bytes)
    {
        Write(bytes);
        Assert.True(_write.IsCompletedSuccessfully, "these bytes are too many for a call that does not wait");
    }

    /// <summary>The peer sends bytes, as fast as they are taken.</summary>
    public async Task ReceiveAsync(ReadOnlyMemory<byte> bytes)
    {
        const int Block = 16 * 1024;
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(Block, bytes.Length)..])
        {
            await Within(_write);
            Write(bytes.Span[..Math.Min(Block, bytes.Length)]);
        }
        await Within(_write);
    }

    /// <summary>The peer sends these bytes until no more are taken for now; gives how many were written.</summary>
    public int ReceiveUntilStopped(ReadOnlySpan<byte> bytes)
    {
        const int Block = 4 * 1024;
        for (int sent = 0; sent < bytes.Length;)
        {
            ReadOnlySpan<byte> next = bytes[sent..Math.Min(sent + Block, bytes.Length)];
            Write(next);
            sent += next.Length;
            if (!_write.IsCompleted)
                return sent;
        }
        return bytes.Length;
    }

    /// <summary>The peer ends its direction.</summary>
    public void HangUp()
    {
        _peer.Output.Complete();
        Run();
    }

    /// <summary>The peer lets go of all that was sent.</summary>
    public void Forget()
    {
        Collect();
        _peer.Input.Complete();
        _peer.Output.Complete();
    }

    /// <summary>The peer breaks the connection off.</summary>
    public void Break()
    {
        _peer.Abort("The peer broke off.");
        Run();
    }

    /// <summary>All whole frames that have come to the peer since it last looked, as hex. It reads only when it is asked.</summary>
    public string Sent()
    {
        Collect();
        List<string> frames = [];
        while (TryTake(out RawFrame frame))
            frames.Add(Bytes.ToHex(FrameBytes.Write(frame)));
        return string.Join(" ", frames);
    }

    /// <summary>The next frame that has come to the peer.</summary>
    public RawFrame Next()
    {
        Collect();
        Assert.True(TryTake(out RawFrame frame), "no frame has come");
        return frame;
    }

    /// <summary>The next frame that comes to the peer.</summary>
    public async Task<RawFrame> NextAsync()
    {
        RawFrame frame = null!;
        await Until(() =>
        {
            Collect();
            return TryTake(out frame);
        });
        return frame;
    }

    /// <summary>The peer looks at what has come, and takes nothing of it apart.</summary>
    public void Collect()
    {
        Run();
        try
        {
            while (!IsEnded && _peer.Input.TryRead(out ReadResult read))
            {
                _arrived.AddRange(read.Buffer.ToArray());
                IsEnded = read.IsCompleted;
                _peer.Input.AdvanceTo(read.Buffer.End);
                Run();
            }
        }
        catch (IOException)
        {
            IsReset = true;
        }
    }

    /// <summary>The peer takes so many of the bytes that have come to it, and does not look at them.</summary>
    public void Take(int count)
    {
        Assert.True(_peer.Input.TryRead(out ReadResult read));
        count = (int)Math.Min(count, read.Buffer.Length);
        _arrived.AddRange(read.Buffer.Slice(0, count).ToArray());
        _peer.Input.AdvanceTo(read.Buffer.GetPosition(count));
        Run();
    }

    public async Task<T> Within<T>(Task<T> task)
    {
        await Until(() => task.IsCompleted);
        return await task;
    }

    public Task<T> Within<T>(ValueTask<T> task) => Within(task.AsTask());

    public async Task Within(Task task)
    {
        await Until(() => task.IsCompleted);
        await task;
    }

    public Task Within(ValueTask task) => Within(task.AsTask());

    /// <summary>Turns the loop until something has come about that another thread may have a part in.</summary>
    public async Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        using CancellationTokenSource net = new(SafetyNet);
        for (Run(); !condition(); Run())
        {
            if (net.IsCancellationRequested)
                throw new TimeoutException($"This never came about: {what}");
            await Task.Yield();
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        Assert.True(_write.IsCompleted, "the peer is still writing");
        _peer.Output.Write(bytes);
        _write = _peer.Output.FlushAsync().AsTask();
        Run();
    }

    private bool TryTake(out RawFrame frame)
    {
        if (!FrameBytes.TryTake(_arrived, out frame, out uint? key))
            return false;
        Assert.Equal(_isServer, key is null);           // section 5.1
        Keys.Add(key);
        return true;
    }

    private static HttpRequest Request()
    {
        ReadOnlySequence<byte> request = new("GET /test HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        Assert.True(new RequestReader(new HeadLimits(0, 0, 0)).TryRead(ref request, out RequestHead? head));
        return new HttpRequest(head, null, new Dictionary<string, string>(), null);
    }
}
