using RawWs.Protocol.Handshake;

namespace RawWs.Protocol.Compression;

/// <summary>Chooses among a client's offers of permessage-deflate (RFC 7692 section 5), in the client's order.</summary>
internal static class DeflateOffers
{
    /// <summary>Finds the first offer that can be honoured. The walk is linear in the size of the header, and makes no object.</summary>
    /// <param name="head">A request whose extensions have no fault of syntax.</param>
    /// <param name="options">What the server wants.</param>
    /// <param name="agreed">The parameters of the answer.</param>
    public static bool TryAgree(RequestHead head, CompressionOptions options, out DeflateParameters agreed)
    {
        foreach (HeaderLine header in head.Headers.Lines)
        {
            if (!header.Is(ExtensionOffer.HeaderName))
                continue;
            ExtensionCursor cursor = new(header.Value);
            while (cursor.TryReadName(out ReadOnlySpan<byte> name))
            {
                DeflateElement offer = DeflateElement.Read(ref cursor);
                if (DeflateElement.IsNamed(name) && TryHonour(offer, options, out agreed))
                    return true;
            }
        }
        agreed = default;
        return false;
    }

    private static bool TryHonour(in DeflateElement offer, CompressionOptions options, out DeflateParameters agreed)
    {
        agreed = new(
            offer.ServerNoContextTakeover || !options.ServerTakeover,       // a server may say either unasked (RFC 7692 sections 7.1.1.1 and 7.1.1.2)
            offer.ClientNoContextTakeover || !options.ClientTakeover,
            offer.ServerMaxWindowBits is { } server ? Math.Min(server, options.WindowBits) : Narrow(options),
            offer.ClientMaxWindowBits switch
            {
                null => null,                                               // must not be in the answer (RFC 7692 section 7.1.2.2)
                DeflateElement.NoValue => Narrow(options),
                { } client => Math.Min(client, options.WindowBits),
            });
        return offer.Fault is null && offer.ServerMaxWindowBits != DeflateParameters.MinWindowBits;   // zlib has no window of 8 bits to deflate with
    }

    /// <summary>A window that has to be named, because it is not the usual one.</summary>
    private static int? Narrow(CompressionOptions options) => options.WindowBits < DeflateParameters.MaxWindowBits ? options.WindowBits : null;
}
