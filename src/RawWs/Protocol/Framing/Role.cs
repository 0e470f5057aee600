namespace RawWs.Protocol.Framing;

/// <summary>Which end of the connection we are; decides who masks (RFC 6455 section 5.1).</summary>
internal enum Role : byte
{
    Server,
    Client,
}
