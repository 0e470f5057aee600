namespace RawWs;

/// <summary>Whether a server asks its clients for certificates.</summary>
public enum ClientCertificates
{
    /// <summary>They are not asked for.</summary>
    None,

    /// <summary>They are asked for; a client without one may connect, a client with one that is not trusted may not.</summary>
    Allowed,

    /// <summary>A client without a trusted one may not connect.</summary>
    Required,
}
