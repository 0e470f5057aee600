namespace RawWs.Protocol.Handshake;

/// <summary>Judges the header fields that the application adds to a response.</summary>
internal static class ResponseFields
{
    // each frames the response or switches the protocol, and is the server's to decide
    private static readonly string[] Reserved =
    [
        "Connection", "Content-Length", "Content-Type", "Sec-WebSocket-Accept", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol",
        "Transfer-Encoding", "Upgrade",
    ];

    public static void Check(IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            (string name, string value) = fields[i];
            HeaderFields.CheckName(name, i);
            if (Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new ArgumentException($"The header field {name} cannot be added: the server writes it itself.", nameof(fields));
            HeaderFields.CheckValue(name, value);
        }
    }
}
