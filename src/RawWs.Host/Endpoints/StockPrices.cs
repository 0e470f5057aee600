using System.Buffers;
using System.Text.Json;

namespace RawWs.Host.Endpoints;

/// <summary>Made-up prices that wander, and their JSON: <c>{"time":MS,"prices":[{"symbol":"ACME","price":101.25,"change":1.25}]}</c>, the change in percent since the start.</summary>
internal sealed class StockPrices(TimeSpan period, TimeProvider time)
{
    private const double Volatility = 0.002;

    private static readonly (string Symbol, double Start)[] Stocks =
    [
        ("ACME", 101.25), ("BOLT", 48.10), ("CRUX", 310.00), ("DUNE", 12.75), ("EDGE", 77.40), ("FLUX", 205.60), ("GRIT", 29.95), ("HALO", 154.30),
    ];

    private readonly object _lock = new();
    private readonly double[] _prices = [.. Stocks.Select(stock => stock.Start)];
    private readonly Random _random = new();
    private long _changed = time.GetTimestamp();
    private byte[] _json = [];

    /// <summary>The prices of the next moment.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        lock (_lock)
        {
            for (int i = 0; i < _prices.Length; i++)
                _prices[i] = Math.Max(0.01, _prices[i] * (1 + (Volatility * ((2 * _random.NextDouble()) - 1))));
            _changed = time.GetTimestamp();
            return _json = Json();
        }
    }

    /// <summary>The prices of this moment, which change at the same pace whether or not somebody watches.</summary>
    public ReadOnlyMemory<byte> Latest()
    {
        lock (_lock)
            return _json.Length > 0 && time.GetElapsedTime(_changed) < period ? _json : Next();
    }

    private byte[] Json()
    {
        ArrayBufferWriter<byte> json = new(1024);
        using Utf8JsonWriter writer = new(json);
        writer.WriteStartObject();
        writer.WriteNumber("time", time.GetUtcNow().ToUnixTimeMilliseconds());
        writer.WriteStartArray("prices");
        for (int i = 0; i < _prices.Length; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("symbol", Stocks[i].Symbol);
            writer.WriteNumber("price", Math.Round(_prices[i], 2));
            writer.WriteNumber("change", Math.Round(((_prices[i] / Stocks[i].Start) - 1) * 100, 2));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenSpan.ToArray();
    }
}
