using System.Security.Cryptography.X509Certificates;

namespace RawWs.Transport.Tls;

/// <summary>Says what a peer's certificate is, and what is wrong with it, in words that may go to a log.</summary>
internal static class CertificateText
{
    /// <summary>How much of a name or subject is told: it is the peer's text, and as long as the peer likes.</summary>
    private const int LongestText = 255;

    /// <summary>The subject, without what would break a line of a log.</summary>
    public static string Subject(X509Certificate2 certificate) => Printable(certificate.Subject);

    /// <summary>A text of a certificate, without what would break a line of a log.</summary>
    public static string Printable(string text)
    {
        string start = text.Length <= LongestText ? text : text[..LongestText];
        return string.Create(start.Length, start, static (to, from) =>
        {
            for (int i = 0; i < to.Length; i++)
                to[i] = char.IsControl(from[i]) ? '?' : from[i];
        });
    }

    /// <summary>What was found wrong with a chain, the reasons that matter most first.</summary>
    public static string Problems(X509Chain chain)
    {
        X509ChainStatusFlags all = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, status) => all | status.Status);
        List<string> problems = [];
        Add(X509ChainStatusFlags.NotTimeValid, "it has expired, or is not valid yet");
        Add(X509ChainStatusFlags.Revoked, "it is revoked");
        Add(X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain, "it leads to no trusted authority");
        Add(X509ChainStatusFlags.NotValidForUsage, "it is not meant for clients");
        Add(X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation, "whether it is revoked cannot be found out");
        return problems.Count > 0 ? string.Join("; ", problems) : all.ToString();

        void Add(X509ChainStatusFlags status, string problem)
        {
            if ((all & status) != 0)
                problems.Add(problem);
        }
    }
}
