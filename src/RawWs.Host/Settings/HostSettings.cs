using Microsoft.Extensions.Logging;

namespace RawWs.Host.Settings;

/// <summary>Everything the program can be told; a new one holds the defaults.</summary>
internal sealed class HostSettings
{
    /// <summary>What the library is told.</summary>
    public WebSocketServerOptions Server { get; } = new() { Listen = { "ws://127.0.0.1:8080" } };

    /// <summary>The certificates of its <c>wss://</c> listeners, by the numbers that their keys have.</summary>
    public CertificateEntries Certificates { get; } = new();

    /// <summary>The file of the certificates that clients' certificates must lead to.</summary>
    public string? ClientRoots { get; set; }

    /// <summary>Whether and how messages are compressed.</summary>
    public CompressionSettings Compression { get; } = new();

    /// <summary>Whether handlers run on the thread that saw the socket become ready: much faster, safe only while no handler blocks.</summary>
    public bool InlineCompletions { get; set; } = true;

    /// <summary>How long a stopping server waits for its connections to close.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The least severe event that is logged.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;
}
