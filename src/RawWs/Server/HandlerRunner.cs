using System.Net.WebSockets;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using RawWs.Protocol.Framing;

namespace RawWs.Server;

/// <summary>Runs the application's code on a connection: the boundary at which its exceptions end.</summary>
internal sealed class HandlerRunner(ILogger logger)
{
    private static readonly ClosePayload Returned = new(WebSocketCloseStatus.NormalClosure, "");
    private static readonly ClosePayload Failed = new(WebSocketCloseStatus.InternalServerError, "The handler failed");

    /// <summary>Runs a handler; the connection closes with 1000 when it returns, with 1011 when it throws.</summary>
    public async Task RunAsync(WebSocketConnection connection, Func<WebSocketConnection, Task> handler)
    {
        try
        {
            await handler(connection).ConfigureAwait(false);
            Finish(connection, Returned);
        }
        catch (Exception error) when (IsEndOf(connection, error))
        {
            Finish(connection, Returned);
        }
#pragma warning disable CA1031 // the application may throw anything; this is where it is answered with 1011
        catch (Exception error)
#pragma warning restore CA1031
        {
            logger.HandlerFailed(error, connection.Id, connection.Request.Path);
            Finish(connection, Failed);
        }
    }

    /// <summary>Drives an endpoint by the pull face.</summary>
    public static async Task RunEndpointAsync(WebSocketConnection connection, WebSocketEndpoint endpoint)
    {
        Exception? failed = null;
        connection.Core.ControlObserver = (opcode, payload) => failed = Observe(connection, endpoint, opcode, payload);
        ClosePayload ending = Returned;
        try
        {
            await endpoint.OnOpenAsync(connection).ConfigureAwait(false);
            while (!connection.Core.Inbox.Discards && await connection.ReceiveAsync().ConfigureAwait(false) is { } message)
                await endpoint.OnMessageAsync(connection, message).ConfigureAwait(false);
            if (connection.Core.Inbox.Discards)
                await connection.Completion.ConfigureAwait(false);
            if (failed is not null)
                ExceptionDispatchInfo.Throw(failed);
        }
        catch (Exception error) when (failed is not null || !IsEndOf(connection, error))
        {
            ending = Failed;
            failed ??= error;
            await endpoint.OnErrorAsync(connection, failed).ConfigureAwait(false);
            ExceptionDispatchInfo.Throw(failed);
        }
        finally
        {
            Finish(connection, ending);
            await endpoint.OnCloseAsync(connection, await connection.Completion.ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    /// <summary>Shows a control frame to the endpoint; when that fails, the connection closes, and the failure waits for the endpoint's other methods to be done.</summary>
    private static Exception? Observe(WebSocketConnection connection, WebSocketEndpoint endpoint, Opcode opcode, ReadOnlySpan<byte> payload)
    {
        try
        {
            if (opcode == Opcode.Ping)
                endpoint.OnPing(connection, payload);
            else
                endpoint.OnPong(connection, payload);
            return null;
        }
#pragma warning disable CA1031 // the application may throw anything; the receive loop must live on
        catch (Exception error)
#pragma warning restore CA1031
        {
            connection.Core.ControlObserver = null;
            connection.Core.StartClose(Failed);
            return error;
        }
    }

    private static void Finish(WebSocketConnection connection, ClosePayload payload)
    {
        connection.Core.Inbox.Discard();
        connection.Core.StartClose(payload);
    }

    /// <summary>Whether an exception only tells the handler that its connection has ended.</summary>
    private static bool IsEndOf(WebSocketConnection connection, Exception error) =>
        !connection.IsOpen && error is WebSocketClosedException or OperationCanceledException;
}
