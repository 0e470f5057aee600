namespace RawWs.Host.Endpoints;

/// <summary>Reads values out of a request's query.</summary>
internal static class Query
{
    /// <summary>The decoded value of a name, <see langword="null"/> when there is none.</summary>
    public static string? Value(HttpRequest request, string name)
    {
        foreach (string pair in request.Query.Split('&'))
        {
            if (pair.StartsWith(name + "=", StringComparison.Ordinal))
                return Uri.UnescapeDataString(pair[(name.Length + 1)..].Replace('+', ' '));
        }

        return null;
    }
}
