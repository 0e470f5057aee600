namespace RawWs.Host.Settings;

/// <summary>One certificate of the settings, under the number that its keys have.</summary>
internal sealed class CertificateEntry(int number)
{
    public int Number { get; } = number;

    public TlsCertificate Certificate { get; set; } = new();

    public bool SaysSomething => Certificate is not { CertificateFile: null, KeyFile: null, Password: null, Hosts: [] };
}
