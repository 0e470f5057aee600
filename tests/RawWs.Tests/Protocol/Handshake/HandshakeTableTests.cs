using System.Buffers;
using RawWs.Protocol.Handshake;
using Xunit;
using static RawWs.Tests.Protocol.Handshake.Requests;

namespace RawWs.Tests.Protocol.Handshake;

public sealed class HandshakeTableTests
{
    public static TheoryData<string> Defects => [.. HandshakeTable.Rows.Select(row => row.Defect)];

    [Theory, MemberData(nameof(Defects))]
    public void Each_request_has_its_answer(string defect)
    {
        HandshakeRow row = HandshakeTable.Rows.Single(candidate => candidate.Defect == defect);
        (int status, string sentence) = Answer(row.Request);
        Assert.Equal(row.Status, status);
        Assert.Contains(row.Fragment, sentence, StringComparison.Ordinal);
    }

    private static (int Status, string Sentence) Answer(string request)
    {
        ReadOnlySequence<byte> input = new(Bytes(request));
        try
        {
            Assert.True(new RequestReader(Limits).TryRead(ref input, out RequestHead? head), "The request is incomplete");
            if (!HostRule.IsAllowed(head, [], loopbackListener: true))
                return (421, "");
            Assert.True(new PathTemplate("/chat").TryMatch(head.PathBytes, out _), "The path is unknown");
            OpeningHandshake.Check(head, [], allowMissingOrigin: true, bearerPrefix: null);
            return (101, "");
        }
        catch (WebSocketHandshakeException refusal)
        {
            return (refusal.Status, refusal.Message);
        }
    }
}
