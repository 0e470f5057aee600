using System.Globalization;
using System.Net;
using System.Text;

namespace RawWs.Server.Certificates;

/// <summary>Names of hosts as certificates and clients write them.</summary>
internal static class HostName
{
    private static readonly IdnMapping Idn = new();

    /// <summary>The name as it stands in certificates, in ASCII (RFC 5890 section 2.3.2.1); SslStream gives what a client asked for decoded.</summary>
    public static string ToAscii(string name)
    {
        if (Ascii.IsValid(name))
            return name;
        try
        {
            return Idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            return name;                                                        // no name that a certificate could have
        }
    }

    /// <summary>Whether it can be chosen by: a DNS name, or a star and a dot before one.</summary>
    public static bool IsChoosable(string name) =>
        Uri.CheckHostName(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name) == UriHostNameType.Dns
        && !IPAddress.TryParse(name, out _);
}
