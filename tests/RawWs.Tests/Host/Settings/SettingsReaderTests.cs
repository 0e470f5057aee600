using RawWs.Host.Settings;
using Xunit;

namespace RawWs.Tests.Host.Settings;

public sealed class SettingsReaderTests
{
    private static readonly IReadOnlyList<string> Nothing = [];

    /// <summary>For each key of the table: a value that is not the default, what it becomes, and one that is not allowed.</summary>
    public static TheoryData<string, string, string, string> Keys => new()
    {
        { "Server:Listen", "ws://[::1]:0", "ws://[::1]:0", "http://127.0.0.1:1" },
        { "Server:Transport", "sockets", "Sockets", "epoll" },
        { "Server:InlineCompletions", "false", "False", "no" },
        { "Server:MaxConnections", "7", "7", "" },
        { "Server:MaxConnectionsPerAddress", "7", "7", "2147483648" },
        { "Server:Backlog", "7", "7", "0" },
        { "Server:AllowedOrigins", "https://app.example", "https://app.example", "app.example" },
        { "Server:AllowedHosts", "chat.example", "chat.example", "chat.example:80" },
        { "Server:Tls:Certificates:0:Hosts", "chat.example", "chat.example", "192.0.2.1" },
        { "Server:Tls:Certificates:0:Certificate", "chat.pem", "chat.pem", "chat.pem\n" },
        { "Server:Tls:Certificates:0:Key", "chat.key", "chat.key", "chat\0.key" },
        { "Server:Tls:Certificates:0:Password", "two words", "two words", "SECRET\n" },
        { "Server:Tls:ClientCertificates", "Required", "Required", "yes" },
        { "Server:Tls:ClientRoots", "roots.pem", "roots.pem", "roots\t.pem" },
        { "Server:Tls:Timeout", "7s", "00:00:07", "10" },
        { "Server:Tls:MaxHandshakes", "7", "7", "-1" },
        { "Server:Handshake:Timeout", "7s", "00:00:07", "7" },
        { "Server:Handshake:MaxLineBytes", "700", "700", "-1" },
        { "Server:Handshake:MaxBytes", "9000", "9000", "0x10" },
        { "Server:Handshake:MaxHeaders", "7", "7", "+7" },
        { "Server:Handshake:MaxBodyBytes", "0", "0", "64K" },
        { "Server:Messages:MaxBytes", "7", "7", "1.5" },
        { "Server:Messages:MaxFragments", "0", "0", "many" },
        { "Server:Messages:ReadAhead", "1", "1", "0" },
        { "Server:Sending:Timeout", "500ms", "00:00:00.5000000", "500" },
        { "Server:Sending:MaxQueuedBytes", "7", "7", "0" },
        { "Server:KeepAlive:Interval", "00:00:00", "00:00:00", "25h" },
        { "Server:KeepAlive:Timeout", "1m", "00:01:00", "-1s" },
        { "Server:KeepAlive:Idle", "1h", "01:00:00", "00:20" },
        { "Server:Close:Timeout", "7s", "00:00:07", "0s" },
        { "Server:Close:Drain", "0s", "00:00:00", "never" },
        { "Server:Compression:Enabled", "true", "True", "on" },
        { "Server:Compression:Level", "Smallest", "SmallestSize", "none" },
        { "Server:Compression:MemoryLevel", "9", "9", "10" },
        { "Server:Compression:WindowBits", "9", "9", "8" },
        { "Server:Compression:Threshold", "0", "0", "-1" },
        { "Server:Compression:ServerTakeover", "true", "True", "1" },
        { "Server:Compression:ClientTakeover", "true", "True", "yes" },
        { "Server:Compression:MaxContexts", "1", "1", "0" },
        { "Logging:Level", "warning", "Warning", "Loud" },
        { "Logging:Frames", "true", "True", "all" },
    };

    [Fact]
    public void Every_key_of_the_table_stands_in_this_test() =>
        Assert.Equal(SettingsTable.All.Select(setting => setting.KeyOf(0)), Keys.Select(row => row.Data.Item1));

    [Theory]
    [MemberData(nameof(Keys))]
    public void An_allowed_value_arrives(string key, string value, string expected, string notAllowed)
    {
        Assert.NotEqual(expected, notAllowed);
        // an entry of the certificates needs a file, whatever else it has
        Assert.Equal(expected, Current(SettingsReader.Read([Source(("Server:Tls:Certificates:0:Certificate", "some.pem")), Source((key, value))]), key));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_value_that_is_not_allowed_is_named_with_its_key_its_source_and_what_is_allowed(string key, string allowed, string expected, string value)
    {
        Assert.NotEqual(allowed, value);
        string problem = Assert.Single(Problems((key, value)));
        Assert.NotEmpty(expected);
        Assert.StartsWith($"{key} = ", problem, StringComparison.Ordinal);
        Assert.Contains(key.EndsWith(":Password", StringComparison.Ordinal) ? " = *** " : $"\"{value}\"", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", problem, StringComparison.Ordinal);
        Assert.Contains("(test)", problem, StringComparison.Ordinal);
        Assert.EndsWith(SettingsTable.All.Single(setting => setting.KeyOf(0) == key).Allowed, problem, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_file_that_comes_along_holds_every_key_and_the_defaults(string key, string value, string expected, string notAllowed)
    {
        Assert.NotEqual(value, notAllowed);
        Assert.NotEmpty(expected);
        SettingsSource file = SettingsSource.FromFile(Path.Combine(AppContext.BaseDirectory, "settings.json"));
        Assert.Contains(file.Values.Keys, given => given == key || given.StartsWith(key + ":", StringComparison.Ordinal));
        Assert.Equal(Current(new HostSettings(), key), Current(SettingsReader.Read([file]), key));
    }

    [Fact]
    public void Keys_compare_without_case() => Assert.Equal(7, Read(("SERVER:maxconnections", "7")).Server.MaxConnections);

    [Fact]
    public void A_later_source_wins() =>
        Assert.Equal(3, SettingsReader.Read([Source(("Server:Backlog", "1")), Source(("Server:Backlog", "2")), Source(("Server:Backlog", "3"))]).Server.Backlog);

    [Fact]
    public void A_list_replaces_the_default_list() =>
        Assert.Equal(["ws://127.0.0.1:9001"], Read(("Server:Listen:0", "ws://127.0.0.1:9001")).Server.Listen);

    [Fact]
    public void A_list_replaces_the_whole_list_of_an_earlier_source()
    {
        SettingsSource file = Source(("Server:Listen:0", "ws://127.0.0.1:1"), ("Server:Listen:1", "ws://127.0.0.1:2"));
        Assert.Equal(["ws://127.0.0.1:3"], SettingsReader.Read([file, Source(("Server:Listen:0", "ws://127.0.0.1:3"))]).Server.Listen);
    }

    [Fact]
    public void A_list_is_in_the_order_of_its_numbers()
    {
        (string, string?)[] twelve = [.. Enumerable.Range(0, 12).Reverse().Select(i => ($"Server:Listen:{i}", (string?)$"ws://127.0.0.1:{i}"))];
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"ws://127.0.0.1:{i}"), Read(twelve).Server.Listen);
    }

    [Fact]
    public void A_list_may_be_empty_where_none_is_needed()
    {
        SettingsSource earlier = Source(("Server:AllowedHosts:0", "chat.example"));
        Assert.Empty(SettingsReader.Read([earlier, Source(("Server:AllowedHosts", ""))]).Server.AllowedHosts);
    }

    [Fact]
    public void Somewhere_must_be_listened() =>
        Assert.StartsWith("Server:Listen = [] (test) is not allowed", Assert.Single(Problems(("Server:Listen", ""))), StringComparison.Ordinal);

    [Theory]
    [InlineData("Server:Handshke:Timeout", "Server:Handshake:Timeout")]
    [InlineData("Server:MaxConections", "Server:MaxConnections")]
    [InlineData("Listen:0", "Server:Listen")]
    [InlineData("Backlog", "Server:Backlog")]
    [InlineData("Server:Backlog:0", "Server:Backlog")]
    [InlineData("Server:Listen:first", "Server:Listen")]
    [InlineData("Loging:Level", "Logging:Level")]
    [InlineData("Server:Tls:Certificates:0:Pasword", "Server:Tls:Certificates:N:Password")]
    [InlineData("Server:Tls:Certificates:Password", "Server:Tls:Certificates:N:Password")]
    [InlineData("Server:Tls:Certificates:-1:Key", "Server:Tls:Certificates:N:Key")]
    [InlineData("Server:Tls:Certificates:0:Key:0", "Server:Tls:Certificates:N:Key")]
    public void An_unknown_key_is_named_with_the_nearest_known_one(string key, string nearest) =>
        Assert.Equal($"{key} (test): there is no such key; did you mean {nearest}?", Assert.Single(Problems((key, "1"))));

    [Fact]
    public void An_unknown_key_that_is_like_none_leads_to_the_list_of_all() =>
        Assert.Equal("Xyzzy (test): there is no such key; --help lists all keys", Assert.Single(Problems(("Xyzzy", "1"))));

    [Theory]
    [InlineData("Server:Loops")]
    [InlineData("Server:Metrics")]
    public void A_key_of_a_capability_that_is_not_built_is_unknown(string key) =>
        Assert.Contains("there is no such key", Assert.Single(Problems((key, "1"))), StringComparison.Ordinal);

    [Fact]
    public void All_problems_are_told_at_once() =>
        Assert.Equal(4, Problems(("Server:Backlog", "x"), ("Server:Transport", "y"), ("Server:Nothing", "z"), ("Logging:Level", "w")).Count);

    [Fact]
    public void An_empty_section_says_nothing() => Assert.Equal(512, Read(("Server:Handshake", null)).Server.Backlog);

    [Theory]
    [InlineData("Server:Tls")]
    [InlineData("Server:Tls:Certificates")]
    [InlineData("Server:Tls:Certificates:0")]
    public void An_empty_section_of_TLS_says_nothing(string key) => Assert.Empty(Read((key, null)).Server.Tls.Certificates);

    [Theory]
    [InlineData("Server:Tls:Certificates:0:Pasword")]
    [InlineData("Server:Tls:Certificates:0:Password:0")]
    [InlineData("Server:Tls:Password")]
    [InlineData("Pssword")]
    public void The_value_of_an_unknown_key_is_not_shown_because_it_may_be_a_password(string key) =>
        Assert.DoesNotContain("SECRET", Assert.Single(Problems((key, "SECRET"))), StringComparison.Ordinal);

    [Fact]
    public void An_entry_of_the_certificates_is_one_over_all_sources()
    {
        SettingsSource file = Source(("Server:Tls:Certificates:0:Certificate", "a.pfx"), ("Server:Tls:Certificates:1:Certificate", "b.pem"), ("Server:Tls:Certificates:1:Key", "b.key"));
        SettingsSource environment = Source(("Server:Tls:Certificates:0:Password", "SECRET"), ("Server:Tls:Certificates:1:Certificate", "c.pem"));
        Assert.Equal(
            [new TlsCertificate { CertificateFile = "a.pfx", Password = "SECRET", Hosts = Nothing }, new TlsCertificate { CertificateFile = "c.pem", KeyFile = "b.key", Hosts = Nothing }],
            SettingsReader.Read([file, environment]).Server.Tls.Certificates.Select(certificate => certificate with { Hosts = Nothing }));
    }

    [Fact]
    public void A_section_that_is_given_a_value_names_one_of_its_keys() =>
        Assert.Equal("Server:Compression (test): this is a section, with keys such as Server:Compression:Enabled", Assert.Single(Problems(("Server:Compression", "true"))));

    [Fact]
    public void Certificates_are_in_the_order_of_their_numbers_and_an_entry_that_says_nothing_is_none() => Assert.Equal(
        ["second.pem", "tenth.pem"],
        Read(
            ("Server:Tls:Certificates:10:Certificate", "tenth.pem"),
            ("Server:Tls:Certificates:2:Certificate", "second.pem"),
            ("Server:Tls:Certificates:0:Certificate", ""),
            ("Server:Tls:Certificates:0:Hosts", ""),
            ("Server:Tls:Certificates:0:Password", "")).Server.Tls.Certificates.Select(certificate => certificate.CertificateFile));

    [Theory]
    [InlineData("Hosts:0", "chat.example")]
    [InlineData("Key", "chat.key")]
    [InlineData("Password", "SECRET")]
    public void An_entry_without_a_certificate_is_named(string key, string value) => Assert.Equal(
        "Server:Tls:Certificates:3:Certificate is not given, and other keys of Server:Tls:Certificates:3 are",
        Assert.Single(Problems(($"Server:Tls:Certificates:3:{key}", value))));

    [Fact]
    public void Listening_with_TLS_needs_a_certificate()
    {
        Assert.Equal(
            "Server:Listen has wss://127.0.0.1:8443, and no certificate is given: name its file at Server:Tls:Certificates:0:Certificate",
            Assert.Single(Problems(("Server:Listen:0", "ws://127.0.0.1:8080"), ("Server:Listen:1", "wss://127.0.0.1:8443"))));
        Read(("Server:Listen:0", "wss://127.0.0.1:8443"), ("Server:Tls:Certificates:0:Certificate", "chat.pem"));
    }

    private static HostSettings Read(params (string Key, string? Value)[] values) => SettingsReader.Read([Source(values)]);

    private static IReadOnlyList<string> Problems(params (string Key, string? Value)[] values) =>
        Assert.Throws<SettingsException>(() => Read(values)).Problems;

    private static SettingsSource Source(params (string Key, string? Value)[] values) =>
        new("test", values.ToDictionary(value => value.Key, value => value.Value, StringComparer.OrdinalIgnoreCase));

    private static string Current(HostSettings settings, string key)
    {
        WebSocketServerOptions server = settings.Server;
        WebSocketEndpointOptions routes = server.Defaults;
        CompressionOptions compression = settings.Compression.Options;
        TlsCertificate? certificate = server.Tls.Certificates.SingleOrDefault();
        object value = key switch
        {
            "Server:Listen" => string.Join(' ', server.Listen),
            "Server:Transport" => server.Transport,
            "Server:InlineCompletions" => settings.InlineCompletions,
            "Server:MaxConnections" => server.MaxConnections,
            "Server:MaxConnectionsPerAddress" => server.MaxConnectionsPerAddress,
            "Server:Backlog" => server.Backlog,
            "Server:AllowedOrigins" => string.Join(' ', routes.AllowedOrigins),
            "Server:AllowedHosts" => string.Join(' ', server.AllowedHosts),
            "Server:Tls:Certificates:0:Hosts" => string.Join(' ', certificate?.Hosts ?? []),
            "Server:Tls:Certificates:0:Certificate" => certificate?.CertificateFile ?? "",
            "Server:Tls:Certificates:0:Key" => certificate?.KeyFile ?? "",
            "Server:Tls:Certificates:0:Password" => certificate?.Password ?? "",
            "Server:Tls:ClientCertificates" => server.Tls.ClientCertificates,
            "Server:Tls:ClientRoots" => settings.ClientRoots ?? "",
            "Server:Tls:Timeout" => server.Tls.Timeout,
            "Server:Tls:MaxHandshakes" => server.Tls.MaxHandshakes,
            "Server:Handshake:Timeout" => server.HandshakeTimeout,
            "Server:Handshake:MaxLineBytes" => server.MaxLineBytes,
            "Server:Handshake:MaxBytes" => server.MaxHeadBytes,
            "Server:Handshake:MaxHeaders" => server.MaxHeaders,
            "Server:Handshake:MaxBodyBytes" => server.MaxBodyBytes,
            "Server:Messages:MaxBytes" => routes.MaxMessageBytes,
            "Server:Messages:MaxFragments" => routes.MaxFragments,
            "Server:Messages:ReadAhead" => routes.ReadAhead,
            "Server:Sending:Timeout" => routes.SendTimeout,
            "Server:Sending:MaxQueuedBytes" => routes.MaxQueuedBytes,
            "Server:KeepAlive:Interval" => routes.KeepAliveInterval,
            "Server:KeepAlive:Timeout" => routes.KeepAliveTimeout,
            "Server:KeepAlive:Idle" => routes.IdleTimeout,
            "Server:Close:Timeout" => routes.CloseTimeout,
            "Server:Close:Drain" => settings.Drain,
            "Server:Compression:Enabled" => routes.Compression is not null,
            "Server:Compression:Level" => compression.Level,
            "Server:Compression:MemoryLevel" => compression.MemoryLevel,
            "Server:Compression:WindowBits" => compression.WindowBits,
            "Server:Compression:Threshold" => compression.Threshold,
            "Server:Compression:ServerTakeover" => compression.ServerTakeover,
            "Server:Compression:ClientTakeover" => compression.ClientTakeover,
            "Server:Compression:MaxContexts" => settings.Compression.MaxContexts,
            "Logging:Level" => settings.LogLevel,
            "Logging:Frames" => server.LogFrames,
            _ => throw new ArgumentException($"This test does not know {key}"),
        };
        return $"{value}";
    }
}
