namespace RawWs.Protocol.Handshake;

/// <summary>What the search for the end of a line came to; its length then reaches up to the byte that decided it.</summary>
internal enum LineOutcome
{
    /// <summary>No line end yet.</summary>
    Incomplete,

    /// <summary>A line that ends with CR and LF.</summary>
    Found,

    /// <summary>The line has more bytes than a line may have.</summary>
    LineTooLong,

    /// <summary>The line is the one with which the head has more bytes than it may have.</summary>
    HeadTooLong,

    /// <summary>LF without CR (RFC 9112 section 2.2).</summary>
    LineFeedAlone,

    /// <summary>CR without LF (RFC 9112 section 2.2).</summary>
    CarriageReturnAlone,

    /// <summary>A control character that may never stand in a head (RFC 9110 section 5.5).</summary>
    ControlCharacter,
}
