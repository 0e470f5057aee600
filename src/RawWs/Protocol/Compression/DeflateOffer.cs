using System.Text;
using RawWs.Protocol.Handshake;

namespace RawWs.Protocol.Compression;

/// <summary>The one offer of a client (RFC 7692 section 7.1), by which it judges the answer.</summary>
/// <param name="ServerNoContextTakeover">Whether the server's messages must stand alone.</param>
/// <param name="ClientNoContextTakeover">Whether the client's messages will, which the server may count on once it says so too.</param>
/// <param name="WindowBits">The largest window of either direction, 9 to 15.</param>
internal readonly record struct DeflateOffer(bool ServerNoContextTakeover, bool ClientNoContextTakeover, int WindowBits)
{
    /// <param name="options">What the client wants.</param>
    /// <param name="mayKeepInflater">Whether the server's messages may refer to each other, if the options want it: the inflater has to be kept then.</param>
    public static DeflateOffer Of(CompressionOptions options, bool mayKeepInflater) =>
        new(!options.ServerTakeover || !mayKeepInflater, !options.ClientTakeover, options.WindowBits);

    /// <summary>Judges the answer.</summary>
    /// <param name="head">The answer; its header may name several extensions on several lines.</param>
    /// <param name="agreed">What is in use if no rule is broken; <see langword="null"/> when the server declined.</param>
    /// <returns>The rule that the answer breaks.</returns>
    /// <exception cref="WebSocketHandshakeException">The syntax is broken.</exception>
    public string? FindFault(ResponseHead head, out DeflateParameters? agreed)
    {
        bool isNamed = false;
        agreed = null;
        foreach (HeaderLine header in head.Headers.Lines)
        {
            if (!header.Is(ExtensionOffer.HeaderName))
                continue;
            isNamed = true;
            ExtensionCursor cursor = new(header.Value);
            while (cursor.TryReadName(out ReadOnlySpan<byte> name))
            {
                if (!DeflateElement.IsNamed(name))
                    return $"The server uses the extension {Quoted.Text(name)}, which was not asked for (RFC 6455 section 4.1)";
                if (agreed is not null)
                    return "The server uses permessage-deflate twice (RFC 7692 section 5)";
                DeflateElement answer = DeflateElement.Read(ref cursor);
                if (FindFault(answer) is { } rule)
                    return rule;
                agreed = new(answer.ServerNoContextTakeover, answer.ClientNoContextTakeover, answer.ServerMaxWindowBits, answer.ClientMaxWindowBits);
            }
        }
        return isNamed && agreed is null ? "Sec-WebSocket-Extensions is empty (RFC 6455 section 9.1)" : null;
    }

    /// <summary>The value of <c>Sec-WebSocket-Extensions</c>.</summary>
    public override string ToString()
    {
        StringBuilder text = new(DeflateParameters.Extension);
        if (ServerNoContextTakeover)
            text.Append("; server_no_context_takeover");
        if (ClientNoContextTakeover)
            text.Append("; client_no_context_takeover");
        if (WindowBits < DeflateParameters.MaxWindowBits)
            text.Append("; server_max_window_bits=").Append(WindowBits).Append("; client_max_window_bits=").Append(WindowBits);
        else
            text.Append("; client_max_window_bits");
        return text.ToString();
    }

    private string? FindFault(in DeflateElement answer)
    {
        if (answer.Fault is not null)
            return answer.Fault;
        if (ServerNoContextTakeover && !answer.ServerNoContextTakeover)
            return "The answer lacks server_no_context_takeover, which was asked for (RFC 7692 section 7.1.1.1)";
        if (WindowBits < DeflateParameters.MaxWindowBits && answer.ServerMaxWindowBits is null)
            return "The answer lacks server_max_window_bits, which was asked for (RFC 7692 section 7.1.2.1)";
        if (answer.ServerMaxWindowBits > WindowBits)
            return $"server_max_window_bits is {answer.ServerMaxWindowBits}, and at most {WindowBits} was asked for (RFC 7692 section 7.1.2.1)";
        if (answer.ClientMaxWindowBits == DeflateElement.NoValue)
            return "client_max_window_bits has no value in an answer (RFC 7692 section 7.1.2.2)";
        if (answer.ClientMaxWindowBits > WindowBits)
            return $"client_max_window_bits is {answer.ClientMaxWindowBits}, and at most {WindowBits} was offered (RFC 7692 section 7.1.2.2)";
        return null;
    }
}
