using RawWs.Server.Certificates;
using RawWs.Tests.Support;
using Xunit;

namespace RawWs.Tests.Server.Certificates;

public sealed class CertificateTableTests
{
    private static readonly CertificateTable Table = new(
    [
        Certificate("first", "first.example"),
        Certificate("exact", "www.example.com", "api.example.com"),
        Certificate("wildcard", "*.example.com", "b\u00fccher.example"),
        Certificate("later", "www.example.com", "*.deep.example.com"),
    ]);

    [Theory]
    [InlineData("first.example", "first")]
    [InlineData("www.example.com", "exact")]
    [InlineData("WWW.Example.COM", "exact")]
    [InlineData("api.example.com", "exact")]
    [InlineData("other.example.com", "wildcard")]
    [InlineData("OTHER.example.com", "wildcard")]
    [InlineData("a.deep.example.com", "later")]
    [InlineData("deep.example.com", "wildcard")]
    [InlineData("a.b.example.com", "first")] // RFC 9525 section 6.3: one label
    [InlineData("example.com", "first")]
    [InlineData(".example.com", "first")]
    [InlineData("", "first")]
    [InlineData("127.0.0.1", "first")]
    [InlineData("::1", "first")]
    [InlineData("unknown", "first")]
    [InlineData("b\u00fccher.example", "wildcard")] // SslStream decodes what came as xn--
    [InlineData("xn--bcher-kva.example", "wildcard")]
    [InlineData("\u00fc\ud800", "first")]
    public void The_exact_name_comes_before_the_wildcard_and_the_first_certificate_serves_the_rest(string name, string expected) =>
        Assert.Equal($"CN={expected}", Table.Find(name).Leaf.Subject);

    [Theory]
    [InlineData("example.com", true)]
    [InlineData("localhost", true)]
    [InlineData("*.example.com", true)]
    [InlineData("b\u00fccher.example", true)]
    [InlineData("", false)]
    [InlineData("*", false)]
    [InlineData("*.", false)]
    [InlineData("www.*.com", false)]
    [InlineData("w*.example.com", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("[::1]", false)]
    [InlineData("https://example.com", false)]
    [InlineData("example.com:443", false)]
    [InlineData("a b", false)]
    public void Only_names_that_a_client_can_ask_for_are_taken(string name, bool isTaken) =>
        Assert.Equal(isTaken, HostName.IsChoosable(name));

    private static ServerCertificate Certificate(string subject, params string[] hosts) => new([TestCertificates.Server(subject)], hosts);
}
