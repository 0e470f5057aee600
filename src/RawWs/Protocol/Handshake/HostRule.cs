namespace RawWs.Protocol.Handshake;

/// <summary>Decides whether a request's host is one that this server serves: the guard against DNS rebinding.</summary>
internal static class HostRule
{
    public static bool IsAllowed(RequestHead head, IReadOnlyList<string> allowed, bool loopbackListener) => throw new NotSupportedException();
}
