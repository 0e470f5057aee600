using System.Buffers;
using System.Net.WebSockets;
using Xunit;

namespace RawWs.Tests.Conformance;

/// <summary>Runs a stream of frames through the server side of <see cref="WebSocket"/>.</summary>
internal static class StandardReceiver
{
    private const byte PongFirstByte = 0x8A;
    private const byte CloseFirstByte = 0x88;

    public static async Task<StreamOutcome> ReceiveAsync(byte[] stream)
    {
        using ScriptedStream transport = new(stream);
        using WebSocket socket = WebSocket.CreateFromStream(transport, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        List<string> messages = [];
        ArrayBufferWriter<byte> message = new();
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(message.GetMemory(128), TestContext.Current.CancellationToken);
                if (result.MessageType == WebSocketMessageType.Close)
                    return new(messages, Pongs(transport), StreamEnd.Closed, socket.CloseStatus, socket.CloseStatusDescription ?? "");
                message.Advance(result.Count);
                if (!result.EndOfMessage) continue;
                messages.Add($"{(result.MessageType == WebSocketMessageType.Text ? "text" : "binary")}:{Convert.ToHexString(message.WrittenSpan)}");
                message.ResetWrittenCount();
            }
        }
        catch (WebSocketException e) when (e.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely)
        {
            return new(messages, Pongs(transport), StreamEnd.OutOfBytes, null, "");
        }
        catch (WebSocketException e)
        {
            return new(messages, Pongs(transport), StreamEnd.Refused, null, e.Message);
        }
    }

    private static List<string> Pongs(ScriptedStream transport)
    {
        List<string> pongs = [];
        ReadOnlySpan<byte> sent = transport.Sent;
        while (sent.Length > 0 && sent[0] != CloseFirstByte)
        {
            Assert.Equal(PongFirstByte, sent[0]);
            pongs.Add(Convert.ToHexString(sent.Slice(2, sent[1])));
            sent = sent[(2 + sent[1])..];
        }
        return pongs;
    }

    private sealed class ScriptedStream(byte[] script) : Stream
    {
        private readonly MemoryStream _input = new(script);
        private readonly MemoryStream _output = new();

        public ReadOnlySpan<byte> Sent => _output.GetBuffer().AsSpan(0, (int)_output.Length);

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => _input.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_input.Read(buffer.Span));

        public override void Write(byte[] buffer, int offset, int count) => _output.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _output.Write(buffer.Span);
            return default;
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
