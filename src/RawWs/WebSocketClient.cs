using RawWs.Client;
using RawWs.Protocol.Handshake;

namespace RawWs;

/// <summary>Opens connections to WebSocket servers (RFC 6455 section 4.1).</summary>
/// <remarks>Any thread, any number at the same time. Masking keys and the handshake's key come from a cryptographic generator (sections 4.1 and 5.3).</remarks>
public static class WebSocketClient
{
    private static readonly WebSocketClientOptions Defaults = new();

    /// <summary>Opens a connection.</summary>
    /// <param name="uri"><c>ws://</c> or <c>wss://</c>, without a fragment; a user and a password in it are sent as <see cref="WebSocketCredentials.Basic"/>.</param>
    /// <param name="options">By default the usual ones.</param>
    /// <param name="ct">Gives up; nothing stays open.</param>
    /// <returns>An open connection. Disposing it closes it.</returns>
    /// <exception cref="ArgumentException">The URI or an option is not valid; nothing was sent.</exception>
    /// <exception cref="IOException">The server cannot be reached, or ended the connection.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS failed: the message says what is wrong with the server's certificate.</exception>
    /// <exception cref="TimeoutException"><see cref="WebSocketClientOptions.ConnectTimeout"/> or <see cref="WebSocketClientOptions.HandshakeTimeout"/> has passed.</exception>
    /// <exception cref="NotSupportedException"><c>wss://</c> in a program that was built without TLS.</exception>
    /// <exception cref="WebSocketHandshakeException">The server, or a proxy, refused, or its answer breaks a rule: the message says which.</exception>
    public static Task<WebSocketConnection> ConnectAsync(Uri uri, WebSocketClientOptions? options = null, CancellationToken ct = default)
    {
        WebSocketUri server = Check(uri, ref options);
        return new Opening(options).ConnectAsync(server, ct);
    }

    /// <summary>Opens a connection over a stream that is connected already; <c>wss://</c> puts TLS over it. Redirects are not followed.</summary>
    /// <param name="stream">Readable and writable; the connection owns it from here on, also when opening it fails.</param>
    /// <param name="uri">What the request names: <c>ws://</c> or <c>wss://</c>, without a fragment.</param>
    /// <param name="options">By default the usual ones.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>An open connection. Disposing it closes it, and the stream.</returns>
    /// <exception cref="ArgumentException">The URI or an option is not valid; nothing was sent.</exception>
    /// <exception cref="IOException">The server ended the connection.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS failed: the message says what is wrong with the server's certificate.</exception>
    /// <exception cref="TimeoutException"><see cref="WebSocketClientOptions.ConnectTimeout"/> or <see cref="WebSocketClientOptions.HandshakeTimeout"/> has passed.</exception>
    /// <exception cref="NotSupportedException"><c>wss://</c> in a program that was built without TLS.</exception>
    /// <exception cref="WebSocketHandshakeException">The server refused, or its answer breaks a rule: the message says which.</exception>
    public static Task<WebSocketConnection> ConnectOverAsync(Stream stream, Uri uri, WebSocketClientOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead || !stream.CanWrite)
            throw new ArgumentException("The stream must be readable and writable.", nameof(stream));
        WebSocketUri server = Check(uri, ref options);
        options = options with { ConnectCallback = (_, _) => ValueTask.FromResult(stream), UnixSocket = null, MaxRedirects = 0 };
        return OwnAsync(stream, new Opening(options).ConnectAsync(server, ct));
    }

    /// <summary>Opens a connection, and another one whenever it is over, with a wait between them by <see cref="WebSocketClientOptions.Reconnect"/>: a loop that ends when it is left, canceled, or met by a failure that another attempt would not mend.</summary>
    /// <param name="uri"><c>ws://</c> or <c>wss://</c>, without a fragment.</param>
    /// <param name="options">By default the usual ones.</param>
    /// <param name="ct">Ends the loop with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>One connection after the other; each is closed when the loop's body is left. A <c>Retry-After</c> (RFC 9110 section 10.2.3) and the close codes 1012 and 1013 lengthen the wait.</returns>
    /// <exception cref="ArgumentException">The URI or an option is not valid.</exception>
    public static IAsyncEnumerable<WebSocketConnection> ConnectForeverAsync(Uri uri, WebSocketClientOptions? options = null, CancellationToken ct = default)
    {
        WebSocketUri server = Check(uri, ref options);
        Opening opening = new(options);
        return new Reconnection(attempt => opening.ConnectAsync(server, attempt), server.ToString(), options, Random.Shared.NextDouble).RunAsync(ct);
    }

    private static async Task<WebSocketConnection> OwnAsync(Stream stream, Task<WebSocketConnection> opening)
    {
        bool isOpen = false;
        try
        {
            WebSocketConnection connection = await opening.ConfigureAwait(false);
            isOpen = true;
            return connection;
        }
        finally
        {
            if (!isOpen)
                await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static WebSocketUri Check(Uri uri, [System.Diagnostics.CodeAnalysis.NotNull] ref WebSocketClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(uri);
        WebSocketUri server = WebSocketUri.Parse(uri);
        options ??= Defaults;
        ClientOptionsCheck.ThrowIfInvalid(options);
        return server;
    }
}
