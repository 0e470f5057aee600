using System.Buffers;
using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>Writes the client's HTTP requests; what cannot be written is refused before the first byte.</summary>
internal static class RequestWriter
{
    /// <summary>Judges what the caller wants to send, so that it can be done before there is a connection.</summary>
    /// <exception cref="ArgumentException">Something in it cannot be sent; the sentence names it.</exception>
    public static void Check(in UpgradeFields fields) => RequestFields.Check(fields);

    /// <summary>RFC 6455 section 4.1.</summary>
    /// <exception cref="ArgumentException">As <see cref="Check"/>.</exception>
    public static void Write(IBufferWriter<byte> output, in UpgradeFields fields)
    {
        Check(fields);
        output.Write("GET "u8);
        Encoding.ASCII.GetBytes(fields.Target, output);
        output.Write(" HTTP/1.1\r\n"u8);
        HeaderFields.Write(output, "Host", fields.Host);
        output.Write("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "u8);
        output.Write(fields.Key.Span);
        output.Write("\r\nSec-WebSocket-Version: 13\r\n"u8);
        WriteIfAny(output, "Sec-WebSocket-Protocol", string.Join(", ", fields.Subprotocols));
        WriteIfAny(output, "Sec-WebSocket-Extensions", fields.Deflate?.ToString());
        WriteIfAny(output, "Origin", fields.Origin);
        WriteIfAny(output, "Authorization", fields.Authorization);
        WriteIfAny(output, "Cookie", fields.Cookie);
        HeaderFields.Write(output, fields.Headers);
        output.Write("\r\n"u8);
    }

    /// <summary>Asks a proxy for a tunnel (RFC 9110 section 9.3.6).</summary>
    /// <param name="output">Where to.</param>
    /// <param name="authority">Host and port, always both (RFC 9112 section 3.2.3).</param>
    /// <param name="proxyAuthorization">The value of <c>Proxy-Authorization</c>.</param>
    /// <exception cref="ArgumentException">One of them cannot be sent.</exception>
    public static void WriteConnect(IBufferWriter<byte> output, string authority, string? proxyAuthorization)
    {
        if (!Authority.TryParse(Encoding.UTF8.GetBytes(authority), out _, out int? port) || port is null)
            throw new ArgumentException("The authority is not a host and a port (RFC 9112 section 3.2.3).", nameof(authority));
        if (proxyAuthorization is not null)
            HeaderFields.CheckValue("Proxy-Authorization", proxyAuthorization);

        output.Write("CONNECT "u8);
        Encoding.ASCII.GetBytes(authority, output);
        output.Write(" HTTP/1.1\r\n"u8);
        HeaderFields.Write(output, "Host", authority);
        WriteIfAny(output, "Proxy-Authorization", proxyAuthorization);
        output.Write("\r\n"u8);
    }

    private static void WriteIfAny(IBufferWriter<byte> output, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            HeaderFields.Write(output, name, value);
    }
}
