using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Makes the value of <c>Authorization</c> or <c>Proxy-Authorization</c> from a name and a password (RFC 7617).</summary>
internal static class BasicAuthorization
{
    /// <exception cref="ArgumentException">The name has a colon, or one of them a control character.</exception>
    public static string Of(string user, string password)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(password);
        if (user.Contains(':', StringComparison.Ordinal))
            throw new ArgumentException("The user's name has a colon, which would begin the password (RFC 7617 section 2).", nameof(user));
        if (user.Any(char.IsControl))
            throw new ArgumentException("The user's name has a control character (RFC 7617 section 2).", nameof(user));
        if (password.Any(char.IsControl))
            throw new ArgumentException("The password has a control character (RFC 7617 section 2).", nameof(password));
        return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));   // RFC 7617 section 2.1
    }
}
