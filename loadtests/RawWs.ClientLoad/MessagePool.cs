namespace RawWs.ClientLoad;

/// <summary>Random ASCII messages of one size, made before the start: the n-th message of a connection goes out and must come back.</summary>
internal sealed class MessagePool
{
    private const int Messages = 64;

    private readonly byte[][] _messages = new byte[Messages][];

    public MessagePool(int size)
    {
        for (int i = 0; i < Messages; i++)
            _messages[i] = [.. Random.Shared.GetItems("abcdefghijklmnopqrstuvwxyz0123456789 "u8, size)];
    }

    public ReadOnlyMemory<byte> this[long number] => _messages[number % Messages];
}
