namespace RawWs.Protocol.Handshake;

/// <summary>One extension that the client offers, with its parameters in order (RFC 6455 section 9.1); a parameter without a value has <see langword="null"/>.</summary>
internal sealed record ExtensionOffer(string Name, IReadOnlyList<KeyValuePair<string, string?>> Parameters);
