using System.Text;
using System.Text.Json;

namespace RawWs.ClientLoad;

/// <summary>One line of JSON, with the names that <c>wsload</c> uses.</summary>
internal sealed class Report : IDisposable
{
    private const int Decimals = 4;

    private readonly MemoryStream _line = new();
    private readonly Utf8JsonWriter _json;

    public Report(string mode, LoadOptions options)
    {
        _json = new Utf8JsonWriter(_line);
        _json.WriteStartObject();
        _json.WriteString("mode", mode);
        Add("conns", options.Connections);
        _json.WriteBoolean("tls", options.Url.Scheme == "wss");
        _json.WriteBoolean("inline", options.InlineCompletions);
    }

    public void Add(string name, double value) => _json.WriteNumber(name, Math.Round(value, Decimals));

    public void Print()
    {
        _json.WriteEndObject();
        _json.Flush();
        Console.WriteLine(Encoding.UTF8.GetString(_line.ToArray()));
    }

    public void Dispose()
    {
        _json.Dispose();
        _line.Dispose();
    }
}
