using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Decides whether a request's host is one that this server serves: the guard against DNS rebinding.</summary>
internal static class HostRule
{
    /// <summary>A loopback listener serves its own names and the list; any other serves the list, or every host when the list is empty.</summary>
    public static bool IsAllowed(RequestHead head, IReadOnlyList<string> allowed, bool loopbackListener)
    {
        ReadOnlySpan<byte> name = head.HostName;
        if (name.IsEmpty)
            return true;   // HTTP/1.0 without Host: no browser, so nothing to rebind
        if (!loopbackListener && allowed.Count == 0)
            return true;
        name = WithoutTrailingDot(name);
        return (loopbackListener && IsLoopback(name)) || IsListed(name, allowed);
    }

    private static bool IsLoopback(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "localhost"u8) || name.SequenceEqual("127.0.0.1"u8) || name.SequenceEqual("[::1]"u8);

    private static bool IsListed(ReadOnlySpan<byte> name, IReadOnlyList<string> allowed)
    {
        for (int i = 0; i < allowed.Count; i++)
        {
            string host = allowed[i];
            if (Ascii.EqualsIgnoreCase(name, host.EndsWith('.') ? host.AsSpan(0, host.Length - 1) : host))
                return true;
        }
        return false;
    }

    private static ReadOnlySpan<byte> WithoutTrailingDot(ReadOnlySpan<byte> name) => name.EndsWith("."u8) ? name[..^1] : name;
}
