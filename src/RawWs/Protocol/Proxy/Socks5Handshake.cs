using System.Buffers;
using RawWs.Protocol.Handshake;
using static RawWs.Protocol.Proxy.Socks5Reply;

namespace RawWs.Protocol.Proxy;

/// <summary>The client's side of SOCKS5 up to the open way: what to send, and what each answer means (RFC 1928, RFC 1929).</summary>
internal sealed class Socks5Handshake
{
    private const byte NoAuthentication = 0;        // RFC 1928 section 3
    private const byte UserAndPassword = 2;
    private const byte NoneAcceptable = 0xff;

    private readonly Socks5Request _request;
    private readonly string _target;
    private Step _step = Step.Method;

    /// <exception cref="ArgumentException">The host, the port or the credentials do not fit into SOCKS5.</exception>
    public Socks5Handshake(string host, int port, string? user, string? password)
    {
        _request = new Socks5Request(host, port, user, password);
        _target = Authority.Of(host, port);
    }

    private enum Step
    {
        Method,
        Credentials,
        Connect,
        Open,
    }

    /// <summary>Whether what follows comes from the server.</summary>
    public bool IsOpen => _step == Step.Open;

    /// <summary>The first message, to be sent before any answer is read.</summary>
    public void Start(IBufferWriter<byte> output) => _request.WriteMethods(output);

    /// <summary>Takes one answer and writes what it asks for. False: more bytes are needed, and the input is untouched.</summary>
    /// <exception cref="Socks5Exception">The proxy refused, or broke a rule.</exception>
    public bool TryAdvance(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        byte value;
        switch (_step)
        {
            case Step.Method when TryReadMethod(ref input, out value):
                TakeMethod(value, output);
                return true;
            case Step.Credentials when TryReadVerdict(ref input, out value):
                Require(value == 0, "The SOCKS5 proxy refused the name and password (RFC 1929 section 2)");
                _request.WriteConnect(output);
                _step = Step.Connect;
                return true;
            case Step.Connect when TryReadReply(ref input, _target):
                _step = Step.Open;
                return true;
            default:
                return false;
        }
    }

    private void TakeMethod(byte method, IBufferWriter<byte> output)
    {
        Require(method != NoneAcceptable || _request.HasCredentials, "The SOCKS5 proxy wants credentials, and it was given none (RFC 1928 section 3)");
        Require(method != NoneAcceptable, "The SOCKS5 proxy takes neither a name and password nor no credentials (RFC 1928 section 3)");
        bool isOffered = method == NoAuthentication || (method == UserAndPassword && _request.HasCredentials);
        Require(isOffered, $"The SOCKS5 proxy chose the method 0x{method:x2}, which was not offered (RFC 1928 section 3)");

        if (method == UserAndPassword)
            _request.WriteCredentials(output);
        else
            _request.WriteConnect(output);
        _step = method == UserAndPassword ? Step.Credentials : Step.Connect;
    }
}
