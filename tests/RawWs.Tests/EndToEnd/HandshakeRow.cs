using Xunit;

namespace RawWs.Tests.EndToEnd;

/// <summary>One row of a handshake table: the defect, the request on the wire, the status, and the headers that this answer must carry.</summary>
internal sealed record HandshakeRow(string Name, string Request, int Status, params IReadOnlyList<string> Headers)
{
    public HandshakeRow(string name, HandshakeRequest request, int status, params IReadOnlyList<string> headers)
        : this(name, request.ToString(), status, headers)
    {
    }

    /// <summary>The rows' names as test cases.</summary>
    public static IEnumerable<TheoryDataRow<string>> Names(IEnumerable<HandshakeRow> rows) =>
        rows.Select(row => new TheoryDataRow<string>(row.Name) { TestDisplayName = $"Handshake: {row.Name} -> {row.Status}", Label = "" });
}
