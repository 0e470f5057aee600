namespace RawWs.Protocol.Proxy;

/// <summary>A SOCKS5 proxy refused, or broke a rule.</summary>
internal sealed class Socks5Exception(string message) : Exception(message);
