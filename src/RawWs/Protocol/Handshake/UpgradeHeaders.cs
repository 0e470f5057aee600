namespace RawWs.Protocol.Handshake;

/// <summary>The headers that every upgrade request has, found in one walk over the lines.</summary>
internal readonly ref struct UpgradeHeaders
{
    public UpgradeHeaders(RequestHead head)
    {
        foreach (HeaderLine header in head.Headers.Lines)
        {
            if (header.Is("Upgrade"u8))
            {
                NamesWebSocket |= header.ListContains("websocket"u8);
            }
            else if (header.Is("Connection"u8))
            {
                NamesUpgrade |= header.ListContains("Upgrade"u8);
            }
            else if (header.Is("Sec-WebSocket-Version"u8))
            {
                Versions++;
                Version = header.Value;
            }
            else if (header.Is("Sec-WebSocket-Key"u8))
            {
                Keys++;
                Key = header.Value;
            }
        }
    }

    public bool NamesWebSocket { get; }

    public bool NamesUpgrade { get; }

    /// <summary>How many versions are given, of which <see cref="Version"/> is the last.</summary>
    public int Versions { get; }

    public ReadOnlySpan<byte> Version { get; }

    /// <summary>How many keys are given, of which <see cref="Key"/> is the last.</summary>
    public int Keys { get; }

    public ReadOnlySpan<byte> Key { get; }
}
