using System.Text;

namespace RawWs.Protocol.Handshake;

/// <summary>A status line and its header lines, checked, kept as one exact-size array.</summary>
internal sealed class ResponseHead(byte[] bytes)
{
    private const int SwitchingProtocols = 101;

    private readonly byte[] _bytes = bytes;

    public int MinorVersion => StatusLine.MinorVersion(_bytes);

    public int Status => StatusLine.Status(_bytes);

    /// <summary>Whatever the server wrote there, often empty: it means nothing (RFC 9112 section 4).</summary>
    public string Reason => Encoding.Latin1.GetString(StatusLine.Reason(_bytes.AsSpan(0, LineLength)));

    /// <summary>Another head follows (RFC 9110 section 15.2), which is not so after 101.</summary>
    public bool IsInformational => Status is < 200 and not SwitchingProtocols;

    public HeaderBlock Headers => new(_bytes, LineLength + HeaderLines.LineEndBytes);

    private int LineLength => _bytes.AsSpan().IndexOf((byte)'\r');
}
