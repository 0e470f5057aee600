using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RawWs.Tests.Support;
using RawWs.Transport.Tls;
using Xunit;

#pragma warning disable CA5359     // the certificate is not what is tested there
#pragma warning disable xUnit1051   // the waits have their own bound

namespace RawWs.Tests.Transport.Tls;

public sealed class TlsClientAuthenticationTests
{
    private const string SelfSigned = "The server's certificate is self-signed (CN=a.example) and not trusted.";

    /// <summary>What the server has, whom the client asks for, and what the exception says; null: it is accepted.</summary>
    public static TheoryData<string, string, string?> Certificates => new()
    {
        { "good a.example", "a.example", null },
        { "good a.example", "A.EXAMPLE", null },
        { "good *.b.example", "a.b.example", null },
        { "good 127.0.0.1", "127.0.0.1", null },
        { "good ::1", "::1", null },
        { "good ::1", "[::1]", null },
        { "good a.example b.example", "c.example", "The server's certificate is for a.example, b.example and not for c.example (RFC 9525 section 6)." },
        { "good a.example", "127.0.0.1", "The server's certificate is for a.example and not for 127.0.0.1 (RFC 9525 section 6)." },
        { "good 127.0.0.2", "127.0.0.1", "The server's certificate is for 127.0.0.2 and not for 127.0.0.1 (RFC 9525 section 6)." },
        { "good *.b.example", "a.a.b.example", "The server's certificate is for *.b.example and not for a.a.b.example (RFC 9525 section 6)." },
        { "good n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11", "x", "The server's certificate is for n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 2 more and not for x (RFC 9525 section 6)." },
        { "expired a.example", "a.example", "The server's certificate expired on 2020-01-31 12:00:00 UTC." },
        { "early a.example", "a.example", "The server's certificate is not valid before 2120-01-31 12:00:00 UTC." },
        { "self-signed a.example", "a.example", SelfSigned },
        { "client a.example", "a.example", "The server's certificate is not made for servers." },
        { "expired-self-signed a.example", "b.example", "The server's certificate is for a.example and not for b.example (RFC 9525 section 6); it expired on 2020-01-31 12:00:00 UTC; it is self-signed (CN=a.example) and not trusted." },
    };

    [Theory]
    [MemberData(nameof(Certificates))]
    public async Task A_certificate_is_accepted_or_the_exception_says_why_not(string certificate, string host, string? message)
    {
        TlsClientAuthentication client = new(host, TestCertificates.Roots, [], null, X509RevocationMode.NoCheck);

        Exception? error = await HandshakeAsync(Certificate(certificate), client);

        if (message is null)
            Assert.Null(error);
        else
            Assert.Equal(message, Assert.IsType<AuthenticationException>(error).Message);
    }

    [Theory]
    [InlineData("good a.example", "The server's certificate leads to no root: its issuer CN=RawWs Test Authority is not known.")]
    [InlineData("self-signed a.example", SelfSigned)]
    public async Task An_authority_that_is_not_trusted_is_named(string certificate, string message)
    {
        X509Certificate2Collection others = [TestCertificates.OtherAuthority];

        Exception? error = await HandshakeAsync(Certificate(certificate), new(TlsEnds.Host, others, [], null, X509RevocationMode.NoCheck));

        Assert.Equal(message, Assert.IsType<AuthenticationException>(error).Message);
    }

    [Fact]
    public async Task What_the_system_trusts_is_asked_when_no_roots_are_given()
    {
        Exception? error = await HandshakeAsync(TestCertificates.SelfSigned(TlsEnds.Host), new(TlsEnds.Host, [], [], null, X509RevocationMode.NoCheck));

        Assert.Equal(SelfSigned, Assert.IsType<AuthenticationException>(error).Message);
    }

    [Fact]
    public async Task The_same_is_said_over_sockets()
    {
        TlsClientAuthentication client = new("c.example", TestCertificates.Roots, [], null, X509RevocationMode.NoCheck);

        Exception? error = await HandshakeAsync(TestCertificates.Server("a.example", "b.example"), client, isOverSockets: true);

        Assert.Equal("The server's certificate is for a.example, b.example and not for c.example (RFC 9525 section 6).", Assert.IsType<AuthenticationException>(error).Message);
    }

    [Fact]
    public async Task A_validation_of_the_callers_own_sees_what_is_wrong_and_has_the_last_word()
    {
        (string Subject, int Chain, SslPolicyErrors Errors) seen = default;
        bool Accept(X509Certificate2 certificate, X509Chain chain, SslPolicyErrors errors)
        {
            seen = (certificate.Subject, chain.ChainElements.Count, errors);
            return true;
        }

        Assert.Null(await HandshakeAsync(TestCertificates.SelfSigned("a.example"), new("b.example", TestCertificates.Roots, [], Accept, X509RevocationMode.NoCheck)));

        Assert.Equal(("CN=a.example", 1, SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch), seen);
    }

    [Theory]
    [InlineData("good a.example", "The client's own validation did not accept the server's certificate.")]
    [InlineData("self-signed a.example", SelfSigned)]
    public async Task A_validation_of_the_callers_own_can_refuse(string certificate, string message)
    {
        Exception? error = await HandshakeAsync(Certificate(certificate), new(TlsEnds.Host, TestCertificates.Roots, [], static (_, _, _) => false, X509RevocationMode.NoCheck));

        Assert.Equal(message, Assert.IsType<AuthenticationException>(error).Message);
    }

    [Fact]
    public async Task What_a_validation_of_the_callers_own_throws_reaches_the_caller()
    {
        InvalidOperationException thrown = new("No validation today.");

        Exception? error = await HandshakeAsync(TestCertificates.Server(TlsEnds.Host), new(TlsEnds.Host, TestCertificates.Roots, [], (_, _, _) => throw thrown, X509RevocationMode.NoCheck));

        Assert.Same(thrown, error);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_server_that_asks_for_a_certificate_gets_one(int count)
    {
        X509Certificate2Collection own = [TestCertificates.Client("first")];
        if (count == 2)
            own.Add(TestCertificates.Client("second"));
        TlsClientAuthentication client = new(TlsEnds.Host, TestCertificates.Roots, own, null, X509RevocationMode.NoCheck);
        string? shown = null;
        SslServerAuthenticationOptions options = TlsEnds.ServerOptions;
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            shown = certificate?.Subject;
            return true;
        };
        await using TlsEnds ends = await TlsEnds.CreateAsync();

        await TlsEnds.Within(Task.WhenAll(ends.Server.AuthenticateAsServerAsync(options, default), client.AuthenticateAsync(ends.Client, default)));

        Assert.Equal("CN=first", shown);
    }

    private static X509Certificate2 Certificate(string kindAndNames)
    {
        string[] words = kindAndNames.Split(' ');
        string[] names = words[1..];
        return words[0] switch
        {
            "good" => TestCertificates.Server(names),
            "expired" => TestCertificates.Expired(names),
            "early" => TestCertificates.NotYetValid(names),
            "self-signed" => TestCertificates.SelfSigned(names),
            "client" => TestCertificates.Client(names[0]),
            _ => TestCertificates.ExpiredSelfSigned(names),
        };
    }

    /// <summary>How the client's side of a handshake ends.</summary>
    private static async Task<Exception?> HandshakeAsync(X509Certificate2 certificate, TlsClientAuthentication authentication, bool isOverSockets = false)
    {
        await using TlsEnds ends = await TlsEnds.CreateAsync(isOverSockets);
        Task server = ends.Server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, default);
        Exception? error = await Record.ExceptionAsync(() => TlsEnds.Within(authentication.AuthenticateAsync(ends.Client, default)));
        await ends.Client.DisposeAsync();
        await TlsEnds.Within(server.ContinueWith(static _ => { }, TaskScheduler.Default));
        Assert.True(server.Exception?.InnerException is null or IOException or AuthenticationException);
        return error;
    }
}
