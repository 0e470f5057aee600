using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace RawWs.Tests.Support;

/// <summary>Keeps each event as a line: category, id, message.</summary>
internal sealed class LogLines : ILoggerFactory
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Channel<string> _unread = Channel.CreateUnbounded<string>();

    public IReadOnlyList<string> All => [.. _lines];

    /// <summary>The messages of one category.</summary>
    public IReadOnlyList<string> Of(string category) =>
        [.. _lines.Where(line => line.StartsWith(category + "[", StringComparison.Ordinal)).Select(static line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..])];

    /// <summary>Waits for the next line with this text; each line is looked at once.</summary>
    public async Task<string> NextAsync(string text, CancellationToken ct)
    {
        string line;
        do line = await _unread.Reader.ReadAsync(ct);
        while (!line.Contains(text, StringComparison.Ordinal));
        return line;
    }

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
            if (!IsEnabled(logLevel))
                return;
            string line = $"{category}[{eventId.Id}] {formatter(state, exception)}";
            lines._lines.Enqueue(line);
            lines._unread.Writer.TryWrite(line);
        }
    }
}
