using System.Text.Json.Serialization;

namespace RawWs.Tests.Api;

internal sealed record Price(string? Symbol, decimal Value);

[JsonSerializable(typeof(Price))]
internal sealed partial class TestJson : JsonSerializerContext;
