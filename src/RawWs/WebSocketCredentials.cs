namespace RawWs;

/// <summary>What a client shows in <c>Authorization</c>. Never part of a log or a message.</summary>
public sealed class WebSocketCredentials
{
    private WebSocketCredentials(string authorization) => Authorization = authorization;

    internal string Authorization { get; }

    /// <summary>A name and a password (RFC 7617).</summary>
    /// <param name="user">Without a colon.</param>
    /// <param name="password">The password.</param>
    /// <exception cref="ArgumentException">The name has a colon, or one of them a control character.</exception>
    public static WebSocketCredentials Basic(string user, string password) => throw new NotImplementedException();

    /// <summary>A token (RFC 6750 section 2.1).</summary>
    /// <param name="token">The token.</param>
    /// <exception cref="ArgumentException">It has a character that no token has.</exception>
    public static WebSocketCredentials Bearer(string token) => throw new NotImplementedException();

    /// <summary>Names the scheme, and nothing secret.</summary>
    public override string ToString() => Authorization[..Authorization.IndexOf(' ')];
}
