using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RawWs.Tests.Support;

/// <summary>Certificates made here, good ones and broken ones, all with their private keys: nothing that expires lies in the repository.</summary>
internal static class TestCertificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>The last moment of every expired certificate.</summary>
    public static readonly DateTimeOffset Expiry = new(2020, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The first moment of every certificate that is not valid yet.</summary>
    public static readonly DateTimeOffset Beginning = new(2120, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset LongAgo = new(2019, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset FarAhead = new(2130, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ConcurrentDictionary<string, Lazy<X509Certificate2>> Made = new();

    /// <summary>The certificate authority that has issued all but the self-signed ones.</summary>
    public static X509Certificate2 Authority { get; } = MakeAuthority("CN=RawWs Test Authority");

    /// <summary>An authority that has issued nothing here.</summary>
    public static X509Certificate2 OtherAuthority { get; } = MakeAuthority("CN=Another Test Authority");

    /// <summary>The authority alone, without its key: what trusts it.</summary>
    public static X509Certificate2Collection Roots => [X509CertificateLoader.LoadCertificate(Authority.RawData)];

    /// <summary>A server's certificate for DNS names and IP addresses; the first name is also its subject. One for each list of names.</summary>
    public static X509Certificate2 Server(params string[] names) =>
        Once("server", names, () => Issue(Request(names, ServerAuthentication), LongAgo, FarAhead));

    /// <summary>As <see cref="Server"/>, over since <see cref="Expiry"/>.</summary>
    public static X509Certificate2 Expired(params string[] names) =>
        Once("expired", names, () => Issue(Request(names, ServerAuthentication), LongAgo, Expiry));

    /// <summary>As <see cref="Server"/>, valid from <see cref="Beginning"/> on.</summary>
    public static X509Certificate2 NotYetValid(params string[] names) =>
        Once("early", names, () => Issue(Request(names, ServerAuthentication), Beginning, FarAhead));

    /// <summary>A server's certificate that nobody but itself has signed.</summary>
    public static X509Certificate2 SelfSigned(params string[] names) =>
        Once("self-signed", names, () => Sign(Request(names, ServerAuthentication).Request, LongAgo, FarAhead));

    /// <summary>As <see cref="SelfSigned"/>, over since <see cref="Expiry"/>.</summary>
    public static X509Certificate2 ExpiredSelfSigned(params string[] names) =>
        Once("expired self-signed", names, () => Sign(Request(names, ServerAuthentication).Request, LongAgo, Expiry));

    /// <summary>A client's certificate, its subject <c>CN=name</c>.</summary>
    public static X509Certificate2 Client(string name) =>
        Once("client", [name], () => Issue(Request([name], ClientAuthentication), LongAgo, FarAhead));

    /// <summary>A client's certificate that nobody but itself has signed.</summary>
    public static X509Certificate2 SelfSignedClient(string name) =>
        Once("self-signed client", [name], () => Sign(Request([name], ClientAuthentication).Request, LongAgo, FarAhead));

    /// <summary>A further server's certificate with a key of its own, as a renewal is: never the same twice.</summary>
    public static X509Certificate2 RenewedServer(params string[] names) => Issue(Request(names, ServerAuthentication), LongAgo, FarAhead);

    private static X509Certificate2 Once(string kind, string[] names, Func<X509Certificate2> make) =>
        Made.GetOrAdd($"{kind}: {string.Join(' ', names)}", _ => new Lazy<X509Certificate2>(make)).Value;

    private static X509Certificate2 MakeAuthority(string subject)
    {
        CertificateRequest request = new(subject, ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return Sign(request, LongAgo.AddYears(-1), FarAhead.AddYears(1));
    }

    private static (CertificateRequest Request, ECDsa Key) Request(string[] names, string purpose)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        return (request, key);
    }

    private static X509Certificate2 Issue((CertificateRequest Request, ECDsa Key) of, DateTimeOffset from, DateTimeOffset until)
    {
        using X509Certificate2 issued = of.Request.Create(Authority, from, until, RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(of.Key);
        return Reloaded(withKey);
    }

    private static X509Certificate2 Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset until)
    {
        using X509Certificate2 signed = request.CreateSelfSigned(from, until);
        return Reloaded(signed);
    }

    /// <summary>As read from a file: Windows serves TLS with no other.</summary>
    private static X509Certificate2 Reloaded(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
}
