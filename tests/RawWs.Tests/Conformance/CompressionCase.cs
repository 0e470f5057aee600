namespace RawWs.Tests.Conformance;

/// <summary>
/// One case of the Autobahn test suite's sections 12 and 13: messages of one kind and size, each compressed, cut into fragments of so many
/// bytes when there is such a size, and sent when the one before has come back.
/// </summary>
/// <param name="Number">The public number.</param>
/// <param name="Data">What the messages are made of.</param>
/// <param name="Length">The size of a message, in bytes.</param>
/// <param name="FragmentBytes">The largest payload of a frame, after compressing; 0: a message is one frame.</param>
/// <param name="Wishes">What the fuzzer asks for: as a client one offer for each, as a server it grants the first.</param>
internal sealed record CompressionCase(string Number, CompressionData Data, int Length, int FragmentBytes, params DeflateWish[] Wishes)
{
    public int Section => int.Parse(Number.AsSpan(0, Number.IndexOf('.')), System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What a fuzzer wants of both directions.</summary>
/// <param name="NoContextTakeover">Messages that stand alone.</param>
/// <param name="WindowBits">The largest window; 0: it does not matter.</param>
/// <param name="IsClientsWindow">Whether that is meant for the client's messages only.</param>
internal sealed record DeflateWish(bool NoContextTakeover = false, int WindowBits = 0, bool IsClientsWindow = false)
{
    /// <summary>As a client writes it.</summary>
    public string Offer => NoTakeover + (WindowBits == 0 ? "; client_max_window_bits" : Windows);

    /// <summary>As a server writes it.</summary>
    public string Answer => NoTakeover + Windows;

    private string NoTakeover => "permessage-deflate" + (NoContextTakeover ? "; server_no_context_takeover; client_no_context_takeover" : "");

    private string Windows => WindowBits == 0 ? "" : $"{(IsClientsWindow ? "" : $"; server_max_window_bits={WindowBits}")}; client_max_window_bits={WindowBits}";
}
