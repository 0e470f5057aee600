using Microsoft.Extensions.Logging;

namespace RawWs.Host.Logging;

/// <summary>Makes loggers that write one line for each event.</summary>
internal sealed class LineLoggerFactory(LogLevel minimum, Stream stream, TimeProvider time) : ILoggerFactory
{
    private readonly LogWriter _writer = new(stream);

    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, minimum, _writer, time);

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("This factory is its only provider.");

    public void Dispose() => _writer.Dispose();
}
