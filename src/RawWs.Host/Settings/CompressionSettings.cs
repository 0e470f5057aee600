namespace RawWs.Host.Settings;

/// <summary>What the settings of compression mean together, once every source has been read.</summary>
internal sealed class CompressionSettings
{
    public bool IsEnabled { get; set; }

    /// <summary>What holds where compression is on.</summary>
    public CompressionOptions Options { get; set; } = new();

    /// <summary>The most contexts that the process keeps.</summary>
    public int MaxContexts { get; set; } = 1000;

    /// <summary>Tells the library, which compresses where it has options for it.</summary>
    public void Complete(WebSocketServerOptions server) =>
        server.Defaults = server.Defaults with { Compression = IsEnabled ? Options : null };
}
