namespace RawWs.Client;

/// <summary>Which proxy the way to a server leads through, if any.</summary>
internal static class ProxyChoice
{
    /// <summary>Reads the environment anew where the choice is its.</summary>
    /// <exception cref="InvalidOperationException">A variable of the environment is malformed; the message names the variable, not its value.</exception>
    public static ProxyAddress? Find(WebSocketProxy proxy, Uri target) => Find(proxy, target, Environment.GetEnvironmentVariable);

    /// <inheritdoc cref="Find(WebSocketProxy, Uri)"/>
    public static ProxyAddress? Find(WebSocketProxy proxy, Uri target, Func<string, string?> environment) =>
        proxy == WebSocketProxy.FromEnvironment ? new ProxyEnvironment(environment).Find(target) : proxy.Address;
}
