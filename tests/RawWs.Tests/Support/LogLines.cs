using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RawWs.Tests.Support;

/// <summary>Keeps each event as a line: category, id, message.</summary>
internal sealed class LogLines : ILoggerFactory
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> All => [.. _lines];

    /// <summary>The messages of one category.</summary>
    public IReadOnlyList<string> Of(string category) =>
        [.. _lines.Where(line => line.StartsWith(category + "[", StringComparison.Ordinal)).Select(static line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..])];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Logger(LogLines lines, string category) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                lines._lines.Enqueue($"{category}[{eventId.Id}] {formatter(state, exception)}");
        }
    }
}
