using System.IO.Compression;
using Microsoft.Extensions.Logging;

namespace RawWs.Host.Settings;

/// <summary>Every key there is: its type, its range, and where it goes.</summary>
internal static class SettingsTable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.List("Server:Listen", "at least one of ws://ADDRESS:PORT, such as ws://127.0.0.1:8080 or ws://[::1]:0 (any free port), wss://ADDRESS:PORT (needs a certificate), and unix:/PATH", 1,
            Address.IsListen, (s, values) => Replace(s.Server.Listen, values)),
        Setting.Choice("Server:Transport", [("auto", TransportKind.Auto), ("sockets", TransportKind.Sockets)],
            (s, value) => s.Server.Transport = value),
        Setting.Boolean("Server:InlineCompletions", (s, value) => s.InlineCompletions = value),
        Setting.Integer("Server:MaxConnections", 0, int.MaxValue, (s, value) => s.Server.MaxConnections = (int)value, "no limit"),
        Setting.Integer("Server:MaxConnectionsPerAddress", 0, int.MaxValue, (s, value) => s.Server.MaxConnectionsPerAddress = (int)value, "no limit"),
        Setting.Integer("Server:Backlog", 1, 65535, (s, value) => s.Server.Backlog = (int)value),
        Setting.List("Server:AllowedOrigins", "* or origins such as https://app.example or http://127.0.0.1:3000", 0,
            Address.IsOrigin, (s, values) => s.Server.Defaults = s.Server.Defaults with { AllowedOrigins = values }),
        Setting.List("Server:AllowedHosts", "host names or addresses without a port, such as chat.example or [::1]", 0,
            Address.IsHost, (s, values) => Replace(s.Server.AllowedHosts, values)),

        Setting.ListOfEntry("Server:Tls:Certificates:N:Hosts", "host names such as chat.example or *.chat.example; none: the names in the certificate", 0,
            Address.IsServerName, (s, entry, values) => s.Certificates.Change(entry, certificate => certificate with { Hosts = values })),
        Setting.LineOfEntry("Server:Tls:Certificates:N:Certificate", "the path of a PEM file (the certificate, then its intermediates) or of a PFX file (.pfx, .p12)",
            (s, entry, value) => s.Certificates.Change(entry, certificate => certificate with { CertificateFile = GivenOrNull(value) })),
        Setting.LineOfEntry("Server:Tls:Certificates:N:Key", "the path of a PEM file with the private key; none: it stands in the certificate's file",
            (s, entry, value) => s.Certificates.Change(entry, certificate => certificate with { KeyFile = GivenOrNull(value) })),
        Setting.LineOfEntry("Server:Tls:Certificates:N:Password", "the password of the key or of the PFX file, in one line",
            (s, entry, value) => s.Certificates.Change(entry, certificate => certificate with { Password = GivenOrNull(value) }), isSecret: true),
        Setting.Choice("Server:Tls:ClientCertificates", [("none", ClientCertificates.None), ("allowed", ClientCertificates.Allowed), ("required", ClientCertificates.Required)],
            (s, value) => s.Server.Tls.ClientCertificates = value),
        Setting.Line("Server:Tls:ClientRoots", "the path of a PEM file with the certificates that clients' certificates must lead to; none: those that the system trusts",
            (s, value) => s.ClientRoots = GivenOrNull(value)),
        Setting.Duration("Server:Tls:Timeout", TimeSpan.Zero, Longest, (s, value) => s.Server.Tls.Timeout = value, "no limit"),
        Setting.Integer("Server:Tls:MaxHandshakes", 0, int.MaxValue, (s, value) => s.Server.Tls.MaxHandshakes = (int)value, "no limit"),

        Setting.Duration("Server:Handshake:Timeout", TimeSpan.Zero, Longest, (s, value) => s.Server.HandshakeTimeout = value, "no limit"),
        Setting.Integer("Server:Handshake:MaxLineBytes", 0, int.MaxValue, (s, value) => s.Server.MaxLineBytes = (int)value, "no limit"),
        Setting.Integer("Server:Handshake:MaxBytes", 0, int.MaxValue, (s, value) => s.Server.MaxHeadBytes = (int)value, "no limit"),
        Setting.Integer("Server:Handshake:MaxHeaders", 0, int.MaxValue, (s, value) => s.Server.MaxHeaders = (int)value, "no limit"),
        Setting.Integer("Server:Handshake:MaxBodyBytes", 0, int.MaxValue, (s, value) => s.Server.MaxBodyBytes = (int)value, "no limit"),

        Setting.Integer("Server:Messages:MaxBytes", 0, long.MaxValue, (s, value) => s.Server.Defaults = s.Server.Defaults with { MaxMessageBytes = value }, "no limit"),
        Setting.Integer("Server:Messages:MaxFragments", 0, int.MaxValue, (s, value) => s.Server.Defaults = s.Server.Defaults with { MaxFragments = (int)value }, "no limit"),
        Setting.Integer("Server:Messages:ReadAhead", 1, 1 << 30, (s, value) => s.Server.Defaults = s.Server.Defaults with { ReadAhead = (int)value }),

        Setting.Duration("Server:Sending:Timeout", TimeSpan.Zero, Longest, (s, value) => s.Server.Defaults = s.Server.Defaults with { SendTimeout = value }, "no limit"),
        Setting.Integer("Server:Sending:MaxQueuedBytes", 1, int.MaxValue, (s, value) => s.Server.Defaults = s.Server.Defaults with { MaxQueuedBytes = (int)value }),

        Setting.Duration("Server:KeepAlive:Interval", TimeSpan.Zero, Longest, (s, value) => s.Server.Defaults = s.Server.Defaults with { KeepAliveInterval = value }, "no pings"),
        Setting.Duration("Server:KeepAlive:Timeout", TimeSpan.Zero, Longest, (s, value) => s.Server.Defaults = s.Server.Defaults with { KeepAliveTimeout = value }, "no limit"),
        Setting.Duration("Server:KeepAlive:Idle", TimeSpan.Zero, Longest, (s, value) => s.Server.Defaults = s.Server.Defaults with { IdleTimeout = value }, "no limit"),

        Setting.Duration("Server:Close:Timeout", Shortest, Longest, (s, value) => s.Server.Defaults = s.Server.Defaults with { CloseTimeout = value }),
        Setting.Duration("Server:Close:Drain", TimeSpan.Zero, Longest, (s, value) => s.Drain = value, "no waiting"),

        Setting.Boolean("Server:Compression:Enabled", (s, value) => s.Compression.IsEnabled = value),
        Setting.Choice("Server:Compression:Level", [("fastest", CompressionLevel.Fastest), ("optimal", CompressionLevel.Optimal), ("smallest", CompressionLevel.SmallestSize)],
            (s, value) => s.Compression.Options = s.Compression.Options with { Level = value }),
        Setting.Integer("Server:Compression:MemoryLevel", 1, 9, (s, value) => s.Compression.Options = s.Compression.Options with { MemoryLevel = (int)value }),
        Setting.Integer("Server:Compression:WindowBits", 9, 15, (s, value) => s.Compression.Options = s.Compression.Options with { WindowBits = (int)value }),
        Setting.Integer("Server:Compression:Threshold", 0, int.MaxValue, (s, value) => s.Compression.Options = s.Compression.Options with { Threshold = (int)value }, "every message"),
        Setting.Boolean("Server:Compression:ServerTakeover", (s, value) => s.Compression.Options = s.Compression.Options with { ServerTakeover = value }),
        Setting.Boolean("Server:Compression:ClientTakeover", (s, value) => s.Compression.Options = s.Compression.Options with { ClientTakeover = value }),
        Setting.Integer("Server:Compression:MaxContexts", 1, int.MaxValue, (s, value) => s.Compression.MaxContexts = (int)value),

        Setting.Choice("Logging:Level",
            [("Trace", LogLevel.Trace), ("Debug", LogLevel.Debug), ("Information", LogLevel.Information), ("Warning", LogLevel.Warning), ("Error", LogLevel.Error), ("Critical", LogLevel.Critical), ("None", LogLevel.None)],
            (s, value) => s.LogLevel = value),
        Setting.Boolean("Logging:Frames", (s, value) => s.Server.LogFrames = value),
    ];

    private static string? GivenOrNull(string value) => value.Length == 0 ? null : value;

    private static void Replace(IList<string> list, IReadOnlyList<string> values)
    {
        list.Clear();
        foreach (string value in values)
            list.Add(value);
    }
}
