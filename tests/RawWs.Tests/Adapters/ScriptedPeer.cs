using RawWs.Tests.Connection;
using RawWs.Tests.Support;

namespace RawWs.Tests.Adapters;

/// <summary>The other end of a connection that is compared: sends what a script says, and tells each frame it gets. It knows no protocol.</summary>
internal sealed class ScriptedPeer(Stream input, Stream output, bool isClient, Action end) : IDisposable
{
    /// <summary>For a test that hangs; no verdict depends on it.</summary>
    public static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(30);

    private readonly List<byte> _arrived = [];

    /// <summary>Sends frames, written as a server sends them; a client masks them.</summary>
    public Task SendAsync(ReadOnlySpan<byte> frames) => SendRawAsync(isClient ? FrameBytes.Mask(frames) : frames.ToArray());

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendRawAsync(byte[] bytes)
    {
        await output.WriteAsync(bytes).AsTask().WaitAsync(SafetyNet);
        await output.FlushAsync().WaitAsync(SafetyNet);
    }

    /// <summary>The next frame, unmasked; <see langword="null"/> when the connection has ended, in whatever way.</summary>
    public async Task<RawFrame?> ReadAsync()
    {
        byte[] buffer = new byte[16 * 1024];
        RawFrame frame;
        while (!FrameBytes.TryTake(_arrived, out frame, out _))
        {
            int count = await ReadSomeAsync(buffer);
            if (count == 0)
                return null;
            _arrived.AddRange(buffer.AsSpan(0, count));
        }
        return frame;
    }

    /// <summary>Sends nothing any more.</summary>
    public void End() => end();

    public void Dispose()
    {
        input.Dispose();
        output.Dispose();
    }

    private async Task<int> ReadSomeAsync(byte[] buffer)
    {
        try
        {
            return await input.ReadAsync(buffer).AsTask().WaitAsync(SafetyNet);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
