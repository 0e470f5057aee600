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
    }

    /// <exception cref="ArgumentException">There are problems; the message names all of them.</exception>
    public void ThrowIfAny()
    {
        if (!IsEmpty)
            throw new ArgumentException("The options are not valid:\n" + string.Join('\n', _problems));
    }
}
