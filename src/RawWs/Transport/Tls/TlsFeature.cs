namespace RawWs.Transport.Tls;

/// <summary>Whether this program was built with TLS: a native program that says no (<c>RawWs.Tls</c> = false) is smaller by all of it.</summary>
/// <remarks>
/// <c>ILLink.Substitutions.xml</c> makes the answer a constant where the switch is trimmed, on .NET 8 as well. For that to remove anything,
/// each way to TLS asks here in the method that takes it: <c>if (TlsFeature.IsSupported) ...</c>.
/// </remarks>
internal static class TlsFeature
{
    private const string Switch = "RawWs.Tls";

    public static bool IsSupported { get; } = !AppContext.TryGetSwitch(Switch, out bool isOn) || isOn;

    /// <summary>What a caller is told who asks for TLS all the same.</summary>
    public static NotSupportedException Missing() =>
        new($"This program was built without TLS, so wss:// cannot be used: build it without the property RawWsTls=false, and with the runtime option {Switch} not false.");
}
