using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RawWs.Transport.Tls;

/// <summary>Says in a sentence what is wrong with a server's certificate, all of it.</summary>
internal static class CertificateErrors
{
    /// <summary>How many of a certificate's names are told: it may have hundreds.</summary>
    private const int MaxNames = 10;

    public static string Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string targetHost)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "The server showed no certificate (RFC 8446 section 4.4.2).";

        List<string> wrongs = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            wrongs.Add($"is for {NamesOf(certificate)} and not for {targetHost} (RFC 9525 section 6)");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && chain is not null)
            AddChainErrors(wrongs, certificate, chain);
        if (wrongs.Count == 0)
            wrongs.Add($"is not accepted ({errors})");
        return $"The server's certificate {string.Join("; it ", wrongs)}.";
    }

    private static void AddChainErrors(List<string> wrongs, X509Certificate2 certificate, X509Chain chain)
    {
        X509ChainStatusFlags told = X509ChainStatusFlags.NoError;
        for (int depth = 0; depth < chain.ChainElements.Count; depth++)
        {
            X509ChainElement element = chain.ChainElements[depth];
            string through = depth == 0 ? "" : $"leads to {SubjectOf(element.Certificate)}, which ";
            foreach (X509ChainStatus status in element.ChainElementStatus)
            {
                if ((status.Status & ~told) != 0)
                    wrongs.Add(through + Describe(status.Status, element.Certificate));
                told |= status.Status;
            }
        }

        foreach (X509ChainStatus status in chain.ChainStatus)
        {
            if ((status.Status & ~told) != 0)
                wrongs.Add(Describe(status.Status, certificate));
        }
    }

    private static string Describe(X509ChainStatusFlags status, X509Certificate2 certificate) => status switch
    {
        X509ChainStatusFlags.NotTimeValid => certificate.NotBefore > DateTime.Now
            ? $"is not valid before {Format(certificate.NotBefore)}"
            : $"expired on {Format(certificate.NotAfter)}",
        X509ChainStatusFlags.UntrustedRoot => $"is self-signed ({SubjectOf(certificate)}) and not trusted",
        X509ChainStatusFlags.PartialChain => $"leads to no root: its issuer {CertificateText.Printable(certificate.Issuer)} is not known",
        X509ChainStatusFlags.Revoked => "was revoked",
        X509ChainStatusFlags.NotValidForUsage => "is not made for servers",
        X509ChainStatusFlags.RevocationStatusUnknown or X509ChainStatusFlags.OfflineRevocation => "may be revoked: that could not be looked up",
        _ => $"is not valid ({status})",
    };

    private static string NamesOf(X509Certificate2 certificate)
    {
        List<string> names = [];
        try
        {
            foreach (X509SubjectAlternativeNameExtension extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
            {
                names.AddRange(extension.EnumerateDnsNames());
                names.AddRange(extension.EnumerateIPAddresses().Select(static address => address.ToString()));
            }
        }
        catch (CryptographicException)
        {
            return "names that cannot be read";
        }

        if (names.Count == 0)
            names.Add(certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false));
        string told = string.Join(", ", names.Take(MaxNames).Select(CertificateText.Printable));
        return names.Count > MaxNames ? $"{told} and {names.Count - MaxNames} more" : told;
    }

    private static string SubjectOf(X509Certificate2 certificate) => CertificateText.Printable(certificate.Subject);

    private static string Format(DateTime local) => local.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
