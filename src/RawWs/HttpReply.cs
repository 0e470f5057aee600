using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RawWs;

/// <summary>The answer to an ordinary HTTP request. It is always complete, with <c>Content-Length</c> and <c>Connection: close</c>.</summary>
public sealed class HttpReply
{
    /// <summary>Makes a reply.</summary>
    /// <param name="status">The HTTP status code, from 200 to 599.</param>
    /// <param name="contentType">The value of <c>Content-Type</c>; <see langword="null"/> sends none.</param>
    /// <param name="body">The body; it is not copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status is not from 200 to 599.</exception>
    public HttpReply(int status, string? contentType = null, ReadOnlyMemory<byte> body = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        Status = status;
        ContentType = contentType;
        Body = body;
    }

    /// <summary>The HTTP status code.</summary>
    public int Status { get; }

    /// <summary>The value of <c>Content-Type</c>.</summary>
    public string? ContentType { get; }

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Further header fields, such as <c>Cache-Control</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>A reply of plain text.</summary>
    /// <param name="text">The body, sent as UTF-8.</param>
    /// <param name="status">The HTTP status code.</param>
    public static HttpReply Text(string text, int status = 200) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    /// <summary>A reply of HTML.</summary>
    /// <param name="html">The page, in UTF-8; not copied.</param>
    public static HttpReply Html(ReadOnlyMemory<byte> html) => new(200, "text/html; charset=utf-8", html);

    /// <summary>A reply of JSON.</summary>
    /// <param name="value">What is serialised.</param>
    /// <param name="type">How, without reflection.</param>
    /// <param name="status">The HTTP status code.</param>
    /// <typeparam name="T">The type of the value.</typeparam>
    public static HttpReply Json<T>(T value, JsonTypeInfo<T> type, int status = 200) =>
        new(status, "application/json", JsonSerializer.SerializeToUtf8Bytes(value, type));
}
