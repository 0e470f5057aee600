namespace RawWs.Protocol.Handshake;

/// <summary>Makes the value of <c>Authorization</c> or <c>Proxy-Authorization</c> from a name and a password (RFC 7617).</summary>
internal static class BasicAuthorization
{
    /// <exception cref="ArgumentException">The name has a colon, or one of them a control character.</exception>
    public static string Of(string user, string password) => throw new NotImplementedException();
}
