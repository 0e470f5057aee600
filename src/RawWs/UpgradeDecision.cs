namespace RawWs;

/// <summary>What an upgrade hook decided: accept, or reject with an ordinary HTTP reply.</summary>
public sealed class UpgradeDecision
{
    private UpgradeDecision(HttpReply? rejection, string? subprotocol, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        Rejection = rejection;
        Subprotocol = subprotocol;
        Headers = headers;
    }

    internal HttpReply? Rejection { get; }

    internal string? Subprotocol { get; }

    internal IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Accepts the upgrade.</summary>
    /// <param name="subprotocol">One of those that the client offered; <see langword="null"/> keeps the choice by <see cref="WebSocketEndpointOptions.Subprotocols"/> or <see cref="WebSocketEndpointOptions.ChooseSubprotocol"/>.</param>
    /// <param name="headers">Header fields to add to the 101 response.</param>
    public static UpgradeDecision Accept(string? subprotocol = null, IReadOnlyList<KeyValuePair<string, string>>? headers = null) =>
        new(null, subprotocol, headers ?? []);

    /// <summary>Rejects the upgrade.</summary>
    /// <param name="reply">The answer; its status must not be 1xx.</param>
    public static UpgradeDecision Reject(HttpReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return new(reply, null, []);
    }

    /// <summary>Rejects the upgrade with a status and a line of text.</summary>
    /// <param name="status">The HTTP status code, from 200 to 599.</param>
    /// <param name="text">The body.</param>
    public static UpgradeDecision Reject(int status, string text = "") => Reject(HttpReply.Text(text, status));
}
