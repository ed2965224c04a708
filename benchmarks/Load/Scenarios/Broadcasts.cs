using SocketIoSharp.BenchmarkLoad.Dialects;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>Broadcasts to one set of recipients, each of whom has to receive all of them, once and in order.</summary>
internal sealed class Broadcasts(Exchange exchange, int recipients, int firstNumber)
{
    private const int Capacity = 4096;
    private readonly long[] _times = new long[Capacity];
    private readonly int[] _missing = new int[Capacity];
    private readonly int[] _expected = new int[recipients];
    private int _next;

    /// <summary>Broadcasts that have not reached all.</summary>
    public int Outstanding { get; private set; }

    public void Send(Connection sender, long at)
    {
        var slot = _next % Capacity;
        if (_missing[slot] != 0)
        {
            throw new LoadException("the server is further behind than the load can remember");
        }

        _times[slot] = at;
        _missing[slot] = recipients;
        Outstanding++;
        exchange.Send(sender, firstNumber + _next++);
    }

    /// <summary>Checks what a recipient got, and gives when it was sent; true when this recipient was the last one.</summary>
    public bool OnDelivery(int recipient, ReadOnlySpan<byte> data, bool isBinary, out long sentAt)
    {
        var number = _expected[recipient]++;
        var slot = number % Capacity;
        if (number >= _next || !exchange.Answer[0].Matches(data, isBinary, firstNumber + number))
        {
            throw Pipeline.Wrong(data, number >= _next ? "nothing" : exchange.Answer[0].ToString());
        }

        sentAt = _times[slot];
        if (--_missing[slot] != 0)
        {
            return false;
        }

        Outstanding--;
        return true;
    }
}
