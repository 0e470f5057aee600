using System.Net;

namespace RawWs.Client;

/// <summary>What the environment says of proxies, by the names that curl made common; of two names that differ in case, the lower one counts.</summary>
internal sealed class ProxyEnvironment(Func<string, string?> environment)
{
    private const string DefaultScheme = "http://";
    private const string UpperHttpProxy = "HTTP_PROXY";

    private static readonly string[] ForSecure = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    private static readonly string[] ForPlain = ["http_proxy", UpperHttpProxy, "all_proxy", "ALL_PROXY"];
    private static readonly string[] Exempt = ["no_proxy", "NO_PROXY"];

    /// <summary>In a CGI program each header field of the request is a variable: a visitor who sends <c>Proxy:</c> would set <c>HTTP_PROXY</c>, and on Windows, where case means nothing, the other one too.</summary>
    private bool IsCgi => environment("REQUEST_METHOD") is not null;

    /// <exception cref="InvalidOperationException">A variable is malformed.</exception>
    public ProxyAddress? Find(Uri target)
    {
        string host = target.IdnHost;
        if (IsThisMachine(host) || FirstOf(target.Scheme == "wss" ? ForSecure : ForPlain) is not var (name, value))
            return null;
        return IsExempt(host, target.Port) ? null : Parse(name, value);
    }

    private static bool IsThisMachine(string host) =>
        host.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    private static ProxyAddress Parse(string name, string value)
    {
        string text = value.Contains("://", StringComparison.Ordinal) ? value : DefaultScheme + value;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri))
            throw Malformed(name, "It is no address; characters in the user and the password that mean something in a URI stand there percent-encoded");
        try
        {
            return ProxyAddress.Parse(uri);
        }
        catch (FormatException e)
        {
            throw Malformed(name, e.Message);
        }
    }

    private static InvalidOperationException Malformed(string name, string why) => new($"The environment variable {name} is malformed. {why}.");

    private bool IsExempt(string host, int port)
    {
        if (FirstOf(Exempt) is not var (name, value))
            return false;
        try
        {
            return NoProxyList.Covers(value, host, port);
        }
        catch (FormatException e)
        {
            throw Malformed(name, e.Message);
        }
    }

    /// <summary>An empty variable is none.</summary>
    private (string Name, string Value)? FirstOf(string[] names)
    {
        foreach (string name in names)
            if (environment(name)?.Trim() is { Length: > 0 } value && !IsForged(name))
                return (name, value);
        return null;
    }

    private bool IsForged(string name) =>
        name.Equals(UpperHttpProxy, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal) && IsCgi;
}
