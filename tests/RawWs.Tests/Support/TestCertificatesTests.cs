using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace RawWs.Tests.Support;

public sealed class TestCertificatesTests
{
    [Fact]
    public void A_servers_certificate_leads_to_the_authority_and_has_its_names_and_its_key()
    {
        X509Certificate2 certificate = TestCertificates.Server("a.example", "127.0.0.1");

        Assert.True(certificate.HasPrivateKey);
        Assert.True(certificate.MatchesHostname("a.example"));
        Assert.True(certificate.MatchesHostname("127.0.0.1"));
        Assert.False(certificate.MatchesHostname("b.example"));
        Assert.Equal(X509ChainStatusFlags.NoError, StatusOf(certificate));
        Assert.Same(certificate, TestCertificates.Server("a.example", "127.0.0.1"));
    }

    [Fact]
    public void Each_broken_one_is_broken_in_its_own_way()
    {
        Assert.Equal(X509ChainStatusFlags.NotTimeValid, StatusOf(TestCertificates.Expired("a.example")));
        Assert.Equal(X509ChainStatusFlags.NotTimeValid, StatusOf(TestCertificates.NotYetValid("a.example")));
        Assert.Equal(X509ChainStatusFlags.UntrustedRoot, StatusOf(TestCertificates.SelfSigned("a.example")));
        Assert.Equal(X509ChainStatusFlags.NoError, StatusOf(TestCertificates.Client("somebody")));
    }

    private static X509ChainStatusFlags StatusOf(X509Certificate2 certificate)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(TestCertificates.Roots);
        chain.Build(certificate);
        return chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, status) => all | status.Status);
    }
}
