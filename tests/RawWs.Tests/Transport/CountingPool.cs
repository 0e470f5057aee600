using System.Buffers;
using Xunit;

namespace RawWs.Tests.Transport;

/// <summary>A pool that knows which of its arrays are out, refuses one twice, and spoils what comes back.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private const byte Spoiled = 0xDD;

    private readonly HashSet<byte[]> _out = [];

    public int Outstanding
    {
        get
        {
            lock (_out)
                return _out.Count;
        }
    }

    public int Rents { get; private set; }

    public override byte[] Rent(int minimumLength)
    {
        byte[] array = new byte[minimumLength];
        lock (_out)
        {
            Rents++;
            _out.Add(array);
        }

        return array;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        lock (_out)
            Assert.True(_out.Remove(array), "an array came back that was not out");
        Array.Fill(array, Spoiled);
    }
}
