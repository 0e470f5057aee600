namespace RawWs.Client;

/// <summary>Reads the value of <c>Retry-After</c> (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>How long to wait from now; <see langword="null"/> when the value is missing or says nothing.</summary>
    public static TimeSpan? Read(string? value, DateTimeOffset now) => throw new NotImplementedException();
}
