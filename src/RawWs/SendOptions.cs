namespace RawWs;

/// <summary>Choices for one message.</summary>
public readonly record struct SendOptions
{
    /// <summary>Whether the message is compressed. Default by its size.</summary>
    public MessageCompression Compress { get; init; }
}
