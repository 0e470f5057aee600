using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RawWs.Transport.Tls;

/// <summary>What a server wants of its clients' certificates.</summary>
internal sealed class ClientCertificateRule(
    bool isAsked,
    bool isRequired,
    X509Certificate2Collection trustedRoots,
    X509RevocationMode revocation,
    Func<X509Certificate2, X509Chain, SslPolicyErrors, bool>? validate)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";            // RFC 5280 section 4.2.1.12

    /// <summary>Whether clients are asked for a certificate at all; without one they may still be welcome.</summary>
    public bool IsAsked => isAsked;

    public X509ChainPolicy MakePolicy()
    {
        X509ChainPolicy policy = new()
        {
            RevocationMode = revocation,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
            DisableCertificateDownloads = true,                                 // else a stranger's certificate says which address this server asks for its issuer
        };
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        if (trustedRoots.Count > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(trustedRoots);
        }
        return policy;
    }

    /// <summary>Why a client is refused; null when it is welcome.</summary>
    public string? FindRefusal(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!isAsked)
            return null;                                                        // a resumed session may bring one of another server of this process, which means nothing here
        if (certificate is not X509Certificate2 own || chain is null)
            return isRequired ? "it showed no certificate, and one is required" : null;
        if (validate is not null)
            return validate(own, chain, errors) ? null : $"its certificate ({CertificateText.Subject(own)}) was refused by ValidateClientCertificate";
        return errors == SslPolicyErrors.None ? null : $"its certificate ({CertificateText.Subject(own)}) is not accepted: {CertificateText.Problems(chain)}";
    }
}
