using System.IO.Compression;

namespace RawWs;

/// <summary>Collects all that is wrong with somebody's options, so that it is told at once.</summary>
internal sealed class OptionProblems
{
    /// <summary>What the platform's timers take, with room to add to it; beyond it is surely a mistake of units.</summary>
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(49);

    private readonly List<string> _problems = [];

    public IReadOnlyList<string> All => _problems;

    public bool IsEmpty => _problems.Count == 0;

    public void Add(string problem) => _problems.Add(problem);

    public void AtLeast(string name, long value, long least)
    {
        if (value < least)
            Add($"{name} is {value}: it must be at least {least}.");
    }

    public void Deadline(string name, TimeSpan value, bool mayBeZero)
    {
        if (value < TimeSpan.Zero || value > LongestDeadline || (value == TimeSpan.Zero && !mayBeZero))
            Add($"{name} is {value}: it must be {(mayBeZero ? "zero (off) or " : "")}a time up to 49 days.");
    }

    public void Within(string name, int value, int least, int most)
    {
        if (value < least || value > most)
            Add($"{name} is {value}: it must be from {least} to {most}.");
    }

    /// <summary>What both roles have.</summary>
    public void Check(string owner, WebSocketConnectionOptions options)
    {
        AtLeast(owner + nameof(options.MaxMessageBytes), options.MaxMessageBytes, 0);
        AtLeast(owner + nameof(options.MaxFragments), options.MaxFragments, 0);
        AtLeast(owner + nameof(options.ReadAhead), options.ReadAhead, 1);
        AtLeast(owner + nameof(options.MaxQueuedBytes), options.MaxQueuedBytes, 1);
        Deadline(owner + nameof(options.SendTimeout), options.SendTimeout, mayBeZero: true);
        Deadline(owner + nameof(options.KeepAliveInterval), options.KeepAliveInterval, mayBeZero: true);
        Deadline(owner + nameof(options.KeepAliveTimeout), options.KeepAliveTimeout, mayBeZero: true);
        Deadline(owner + nameof(options.IdleTimeout), options.IdleTimeout, mayBeZero: true);
        Deadline(owner + nameof(options.CloseTimeout), options.CloseTimeout, mayBeZero: false);
        if (options.Compression is { } compression)
            Check($"{owner}{nameof(options.Compression)}.", compression);
    }

    private void Check(string owner, CompressionOptions options)
    {
        if (!Enum.IsDefined(options.Level) || options.Level == CompressionLevel.NoCompression)
            Add($"{owner}{nameof(options.Level)} is {options.Level}: it must be {nameof(CompressionLevel.Fastest)}, {nameof(CompressionLevel.Optimal)} or {nameof(CompressionLevel.SmallestSize)}.");
        Within(owner + nameof(options.MemoryLevel), options.MemoryLevel, 1, 9);
        Within(owner + nameof(options.WindowBits), options.WindowBits, 9, 15);
        AtLeast(owner + nameof(options.Threshold), options.Threshold, 0);
    }

    /// <exception cref="ArgumentException">There are problems; the message names all of them.</exception>
    public void ThrowIfAny()
    {
        if (!IsEmpty)
            throw new ArgumentException("The options are not valid:\n" + string.Join('\n', _problems));
    }
}
