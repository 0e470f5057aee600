namespace RawWs;

/// <summary>An opening handshake was refused (RFC 6455 section 4).</summary>
public sealed class WebSocketHandshakeException : Exception
{
    /// <summary>Names the refusal.</summary>
    /// <param name="status">The HTTP status code of the refusal; 0 when there is none.</param>
    /// <param name="message">The reason in one English sentence.</param>
    /// <param name="headers">The response's header fields, in order.</param>
    /// <param name="body">The first bytes of the response's body.</param>
    public WebSocketHandshakeException(
        int status, string message, IReadOnlyList<KeyValuePair<string, string>>? headers = null, ReadOnlyMemory<byte> body = default)
        : base(message)
    {
        Status = status;
        Headers = headers ?? [];
        Body = body;
    }

    /// <summary>
    /// The HTTP status code of the refusal, or of the answer that broke a rule, which can be 101; 0 when what came is no
    /// HTTP response that could be read.
    /// </summary>
    public int Status { get; }

    /// <summary>The response's header fields, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>The first bytes of the response's body, at most 4 KiB.</summary>
    public ReadOnlyMemory<byte> Body { get; }
}
