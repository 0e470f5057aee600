using System.Buffers;

namespace RawWs.Protocol.Handshake;

/// <summary>Writes the client's HTTP requests; what cannot be written is refused before the first byte.</summary>
internal static class RequestWriter
{
    /// <summary>Judges what the caller wants to send, so that it can be done before there is a connection.</summary>
    /// <exception cref="ArgumentException">Something in it cannot be sent; the sentence names it.</exception>
    public static void Check(in UpgradeFields fields) => throw new NotImplementedException();

    /// <summary>RFC 6455 section 4.1.</summary>
    /// <exception cref="ArgumentException">As <see cref="Check"/>.</exception>
    public static void Write(IBufferWriter<byte> output, in UpgradeFields fields) => throw new NotImplementedException();

    /// <summary>Asks a proxy for a tunnel (RFC 9110 section 9.3.6).</summary>
    /// <param name="output">Where to.</param>
    /// <param name="authority">Host and port, always both (RFC 9112 section 3.2.3).</param>
    /// <param name="proxyAuthorization">The value of <c>Proxy-Authorization</c>.</param>
    /// <exception cref="ArgumentException">One of them cannot be sent.</exception>
    public static void WriteConnect(IBufferWriter<byte> output, string authority, string? proxyAuthorization) => throw new NotImplementedException();
}
