using System.Diagnostics.CodeAnalysis;

namespace RawWs.Host.Settings;

/// <summary>Whether this program has TLS: a native build may leave it out (<c>-p:RawWsTls=false</c>) and is half as large.</summary>
internal static class BuiltWithTls
{
    private const string Switch = "RawWs.Tls";

    /// <summary>A constant where the program is trimmed, so that what only TLS needs is left out with it.</summary>
    [FeatureSwitchDefinition(Switch)]
    public static bool Is => !AppContext.TryGetSwitch(Switch, out bool isOn) || isOn;
}
