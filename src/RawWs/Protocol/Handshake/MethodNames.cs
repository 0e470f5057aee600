using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Names methods without making a string for the usual ones; methods are case-sensitive (RFC 9110 section 9.1).</summary>
internal static class MethodNames
{
    private static readonly string[] Usual = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

    public static string Of(ReadOnlySpan<byte> method)
    {
        foreach (string name in Usual)
            if (Ascii.Equals(method, name))
                return name;
        return Encoding.ASCII.GetString(method);
    }
}
