using System.Security.Cryptography;

namespace RawWs.Host.Settings;

/// <summary>What the settings of TLS mean together, once every source has been read, and how the library's problems with them are told.</summary>
internal static class TlsSettings
{
    private const string Section = "Server:Tls:";
    private const string Entry = Section + "Certificates";

    /// <summary>Tells the library of the certificates, and finds what no key shows alone.</summary>
    public static void Complete(HostSettings settings, List<string> problems)
    {
        foreach (CertificateEntry entry in settings.Certificates.Given)
        {
            if (entry.Certificate.CertificateFile is null)
                problems.Add($"{Entry}:{entry.Number}:Certificate is not given, and other keys of {Entry}:{entry.Number} are");
            settings.Server.Tls.Certificates.Add(entry.Certificate);
        }
        if (settings.Server.Listen.FirstOrDefault(IsSecure) is not { } address)
            return;
        if (!BuiltWithTls.Is)
            problems.Add($"Server:Listen has {address}, and this program was built without TLS (RawWsTls=false)");
        else if (settings.Server.Tls.Certificates.Count == 0)
            problems.Add($"Server:Listen has {address}, and no certificate is given: name its file at {Entry}:0:Certificate");
    }

    /// <summary>Reads the certificates that clients' certificates must lead to.</summary>
    /// <exception cref="SettingsException">The file cannot be read, or is not PEM.</exception>
    public static void LoadClientRoots(HostSettings settings)
    {
        if (!BuiltWithTls.Is || settings.ClientRoots is not { } path)
            return;
        const string Key = Section + "ClientRoots";
        try
        {
            settings.Server.Tls.TrustedClientRoots.ImportFromPemFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            string why = error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : error.Message;
            throw new SettingsException($"{Key} = \"{path}\": {why}");
        }
        if (settings.Server.Tls.TrustedClientRoots.Count == 0)
            throw new SettingsException($"{Key} = \"{path}\": there is no certificate in it; it must be a PEM file");
    }

    /// <summary>One problem that the library has with the options, in the words of the settings.</summary>
    public static string InKeys(string problem, HostSettings settings)
    {
        int index = 0;
        foreach (CertificateEntry entry in settings.Certificates.Given)
            problem = problem.Replace($"Tls.Certificates[{index++}]", $"{Entry}:{entry.Number}", StringComparison.Ordinal);
        return problem.StartsWith("Tls.", StringComparison.Ordinal) ? Section + problem["Tls.".Length..] : problem;
    }

    private static bool IsSecure(string address) => address.StartsWith("wss:", StringComparison.Ordinal);
}
