namespace RawWs;

/// <summary>Whether one message is compressed, where permessage-deflate was agreed on (RFC 7692 section 6). A message that would not shrink is sent plain in any case, and so is one that would need a context beyond <see cref="WebSocketCompression.MaxContexts"/>.</summary>
public enum MessageCompression
{
    /// <summary>From <see cref="CompressionOptions.Threshold"/> on.</summary>
    Auto,

    /// <summary>Not: for a secret beside text that somebody else chooses, and for what is compressed already.</summary>
    Never,

    /// <summary>However small it is.</summary>
    Always,
}
