namespace RawWs.Protocol.Handshake;

/// <summary>Finds values in a query such as <c>a=1&amp;b=2</c>.</summary>
internal static class QueryString
{
    public static string? Find(ReadOnlySpan<char> query, string name) => throw new NotSupportedException();
}
