using RawWs.Protocol.Handshake;

namespace RawWs;

/// <summary>What a client shows in <c>Authorization</c>. Never part of a log or a message.</summary>
public sealed class WebSocketCredentials
{
    private WebSocketCredentials(string authorization) => Authorization = authorization;

    internal string Authorization { get; }

    /// <summary>A name and a password, sent as UTF-8 (RFC 7617).</summary>
    /// <param name="user">Without a colon.</param>
    /// <param name="password">The password.</param>
    /// <exception cref="ArgumentException">The name has a colon, or one of them a control character.</exception>
    public static WebSocketCredentials Basic(string user, string password) => new(BasicAuthorization.Of(user, password));

    /// <summary>A token (RFC 6750 section 2.1).</summary>
    /// <param name="token">The token.</param>
    /// <exception cref="ArgumentException">It has a character that no token has.</exception>
    public static WebSocketCredentials Bearer(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (!HttpCharacters.IsToken68(token))
            throw new ArgumentException("The token has a character other than letters, digits and -._~+/ with = at its end, or is empty (RFC 6750 section 2.1).", nameof(token));
        return new("Bearer " + token);
    }

    /// <summary>Names the scheme, and nothing secret.</summary>
    public override string ToString() => Authorization[..Authorization.IndexOf(' ')];
}
