using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RawWs.Tests.Server;

/// <summary>A logger that keeps what it is told.</summary>
internal sealed class ListLogger : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, int Event, string Text, Exception? Error)> _entries = new();

    public IReadOnlyCollection<(LogLevel Level, int Event, string Text, Exception? Error)> Entries => _entries;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((logLevel, eventId.Id, formatter(state, exception), exception));
}
