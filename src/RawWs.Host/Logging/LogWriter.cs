using System.Text;

namespace RawWs.Host.Logging;

/// <summary>Writes lines to a stream on a thread of its own, so that a terminal that stands still never holds up a server.</summary>
/// <remarks>Safe for any thread. What cannot be written in time is dropped beyond a bound, and the loss is told.</remarks>
internal sealed class LogWriter(Stream stream) : IDisposable
{
    private const int MaxPendingChars = 1 << 20;
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private StringBuilder _pending = new();
    private int _lost;
    private Thread? _thread;
    private bool _isDisposed;

    public void WriteLine(string line)
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            if (_pending.Length + line.Length > MaxPendingChars)
            {
                _lost++;
                return;
            }

            _pending.Append(line).Append('\n');
            if (_thread is null)
            {
                _thread = new(WritePending) { IsBackground = true, Name = "log" };
                _thread.Start();
            }

            Monitor.Pulse(_lock);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Monitor.Pulse(_lock);
        }

        _thread?.Join(FlushTime);
    }

    private void WritePending()
    {
        StringBuilder written = new();
        while (true)
        {
            lock (_lock)
            {
                while (_pending.Length == 0 && !_isDisposed)
                    Monitor.Wait(_lock);
                if (_pending.Length == 0)
                    return;
                if (_lost > 0)
                    _pending.Append(_lost).Append(" lines were lost here: they came faster than they could be written\n");
                _lost = 0;
                (written, _pending) = (_pending, written);
            }

            try
            {
                stream.Write(Encoding.UTF8.GetBytes(written.ToString()));
                stream.Flush();
            }
            catch (IOException)
            {
                // nobody reads any more, and there is no other place to say so
            }

            written.Clear();
        }
    }
}
