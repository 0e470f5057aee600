using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RawWs.Client;

/// <summary>Connects, and connects again whenever the connection is over.</summary>
/// <param name="connect">One attempt.</param>
/// <param name="server">What the log calls the server.</param>
/// <param name="options">How long to wait between attempts, and by which clock.</param>
/// <param name="draw">A number from 0 to 1, 1 excluded.</param>
internal sealed class Reconnection(Func<CancellationToken, Task<WebSocketConnection>> connect, string server, WebSocketClientOptions options, Func<double> draw)
{
    private readonly ILogger _logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger(ClientEvents.Category);
    private readonly Backoff _backoff = new(options.Reconnect, draw);

    public async IAsyncEnumerable<WebSocketConnection> RunAsync([EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            WebSocketConnection? connection = null;
            Exception? failure = null;
            try
            {
                connection = await connect(ct).ConfigureAwait(false);
            }
            catch (Exception error) when (!ct.IsCancellationRequested)
            {
                if (!ShouldRetry(error))
                    throw;
                failure = error;
            }

            TimeSpan wait;
            if (connection is null)
            {
                wait = _backoff.AfterFailure(failure!, options.TimeProvider.GetUtcNow());
            }
            else
            {
                Task<TimeSpan> life = MeasureAsync(connection);
                try
                {
                    yield return connection;
                }
                finally
                {
                    await connection.DisposeAsync().ConfigureAwait(false);
                }
                wait = _backoff.AfterConnection(await life.ConfigureAwait(false), (await connection.Completion.ConfigureAwait(false)).Status);
            }
            _logger.Retrying(server, wait, failure?.Message ?? "the connection is over");
            options.Reconnect.OnRetry?.Invoke(failure, wait);
            await Task.Delay(wait, options.TimeProvider, ct).ConfigureAwait(false);
        }
    }

    private bool ShouldRetry(Exception failure) => options.Reconnect.ShouldRetry?.Invoke(failure) ?? failure switch
    {
        IOException or TimeoutException => true,
        WebSocketHandshakeException { Status: 408 or 425 or 429 or >= 500 } => true,
        _ => false,
    };

    private async Task<TimeSpan> MeasureAsync(WebSocketConnection connection)
    {
        long opened = options.TimeProvider.GetTimestamp();
        await connection.Completion.ConfigureAwait(false);
        return options.TimeProvider.GetElapsedTime(opened);
    }
}
