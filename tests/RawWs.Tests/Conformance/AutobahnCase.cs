using RawWs.Tests.Support;

namespace RawWs.Tests.Conformance;

/// <summary>
/// One case of the Autobahn test suite by its public number: what the fuzzer sends and gets, in order, and how the
/// connection ends. The verdict is the suite's strict one; answers that it merely tolerates are failures here.
/// </summary>
internal sealed record AutobahnCase(string Number, IEnumerable<Step> Steps)
{
    public int Section => int.Parse(Number.AsSpan(0, Number.IndexOf('.')), System.Globalization.CultureInfo.InvariantCulture);

    public override string ToString() => Number;
}

/// <summary>One thing that happens in a case.</summary>
internal abstract record Step;

/// <summary>The fuzzer sends frames, and the stream is cut into pieces of that many bytes: by default it is not cut.</summary>
internal sealed record Sends(IEnumerable<RawFrame> Frames, int Chop = int.MaxValue) : Step;

/// <summary>The fuzzer sends a frame's header, if it begins there, and only a part of its payload.</summary>
internal sealed record SendsPart(RawFrame Frame, Range Part) : Step;

/// <summary>The fuzzer gets exactly this frame next.</summary>
internal sealed record Gets(RawFrame Frame) : Step;

/// <summary>The peer answers the fuzzer's close: it sends a close frame with that code, or with none, and ends the TCP connection.</summary>
internal sealed record Closed(int? Code) : Step;

/// <summary>The peer fails the connection: it sends a close frame with that code and a reason, and ends the TCP connection (RFC 6455 section 7.1.7).</summary>
internal sealed record Failed(int Code) : Step;
