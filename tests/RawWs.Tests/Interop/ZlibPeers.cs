using System.Text.Json;
using Xunit;

namespace RawWs.Tests.Interop;

/// <summary>The zlibs of other languages, each started once for all the tests that ask it.</summary>
public sealed class ZlibPeers : IAsyncDisposable
{
    public const string Node = "Node", Python = "python";

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, ChildProcess> _peers = [];

    /// <summary>What a peer makes of these messages.</summary>
    /// <param name="peer">Its name; the test is skipped where it is not installed.</param>
    /// <param name="wish">See the scripts.</param>
    internal async Task<byte[][]> AskAsync(string peer, object wish)
    {
        string program = peer == Node ? Peers.RequireNode() : Peers.RequirePython();
        CancellationToken ct = TestContext.Current.CancellationToken;
        await _turn.WaitAsync(ct);
        try
        {
            if (!_peers.TryGetValue(peer, out ChildProcess? child))
                _peers[peer] = child = ChildProcess.Start(program, [Path.Combine(Peers.Scripts, peer == Node ? "node/zlib_peer.js" : "python/zlib_peer.py")]);
            await child.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(wish), (byte)'\n'], ct);
            string? line = await child.ReadLineAsync(ct);
            Assert.True(line is not null, child.Errors);
            Assert.StartsWith("[", line, StringComparison.Ordinal);     // else the peer refused it
            return JsonSerializer.Deserialize<byte[][]>(line)!;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess child in _peers.Values)
            await child.DisposeAsync();
        _turn.Dispose();
    }
}
