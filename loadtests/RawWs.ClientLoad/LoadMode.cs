namespace RawWs.ClientLoad;

/// <summary>What the connections do.</summary>
internal enum LoadMode
{
    Echo,
    Idle,
}
