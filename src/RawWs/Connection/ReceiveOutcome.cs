namespace RawWs.Connection;

/// <summary>What the receive loop does next.</summary>
internal enum ReceiveOutcome : byte
{
    /// <summary>All that can be done with the bytes so far is done.</summary>
    NeedsMore,

    /// <summary>The consumer has as much ahead of it as it may have.</summary>
    IsFull,

    /// <summary>There is more to do, and other connections have their turn first.</summary>
    IsTurnOver,

    /// <summary>The peer's close frame came, or its bytes ended.</summary>
    IsOver,
}
