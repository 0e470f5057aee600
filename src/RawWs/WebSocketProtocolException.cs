using System.Net.WebSockets;

namespace RawWs;

/// <summary>The peer broke a rule of the protocol; the connection fails with <see cref="CloseStatus"/> (RFC 6455 section 7.1.7).</summary>
public sealed class WebSocketProtocolException : Exception
{
    /// <summary>Names the broken rule.</summary>
    /// <param name="closeStatus">The code of the close frame that answers the violation (section 7.4.1).</param>
    /// <param name="rule">The rule in one English sentence, without a full stop.</param>
    /// <param name="section">Where the rule stands, such as <c>RFC 6455 section 5.2</c>.</param>
    public WebSocketProtocolException(WebSocketCloseStatus closeStatus, string rule, string section)
        : base($"{rule} ({section})")
    {
        CloseStatus = closeStatus;
        Rule = rule;
        Section = section;
    }

    /// <summary>The code of the close frame that answers the violation.</summary>
    public WebSocketCloseStatus CloseStatus { get; }

    /// <summary>The rule in one English sentence.</summary>
    public string Rule { get; }

    /// <summary>Where the rule stands.</summary>
    public string Section { get; }
}
