using System.Security.Authentication;
using System.Security.Cryptography;

namespace RawWs.Transport.Tls;

/// <summary>Says in words why a TLS handshake failed, as far as the platform's own exceptions tell.</summary>
internal static class TlsFailureText
{
    /// <summary>OpenSSL's number for an alert that the peer sent is the alert's own (RFC 8446 section 6) and this.</summary>
    private const int AlertReason = 1000;

    /// <summary>The part of OpenSSL's error code that is the reason.</summary>
    private const int ReasonMask = 0xfff;

    public static string Of(AuthenticationException error)
    {
        Exception cause = error.GetBaseException();
        if (cause is not CryptographicException)
            return cause.Message;
        int alert = (cause.HResult & ReasonMask) - AlertReason;
        return alert is >= 0 and <= byte.MaxValue
            ? $"it sent the alert {alert} ({Name(alert)}, RFC 8446 section 6)"
            : cause.Message;
    }

    // those that a client sends; some older ones are from RFC 5246 section 7.2
    private static string Name(int alert) => alert switch
    {
        40 => "handshake_failure: nothing that both sides support",
        42 => "bad_certificate: it does not accept the certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown: it does not accept the certificate",
        48 => "unknown_ca: it does not trust the issuer of the certificate",
        70 => "protocol_version: no TLS version that both sides support",
        80 => "internal_error",
        90 => "user_canceled",
        112 => "unrecognized_name",
        116 => "certificate_required",
        120 => "no_application_protocol",
        _ => "unnamed",
    };
}
