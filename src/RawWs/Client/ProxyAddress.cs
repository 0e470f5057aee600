namespace RawWs.Client;

/// <summary>Where a proxy is, how it is asked, and who asks.</summary>
/// <param name="Kind">How it is asked.</param>
/// <param name="Host">Its name or address, an IPv6 address without brackets.</param>
/// <param name="Port">Its port.</param>
/// <param name="User">The name to show it, if any.</param>
/// <param name="Password">The password to show it; empty when there is only a name.</param>
internal sealed record ProxyAddress(ProxyKind Kind, string Host, int Port, string? User, string? Password)
{
    /// <summary>Names the address without its credentials.</summary>
    public override string ToString() => throw new NotImplementedException();
}
