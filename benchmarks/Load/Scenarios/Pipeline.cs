using System.Text;
using SocketIoSharp.BenchmarkLoad.Dialects;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>Requests of one connection that have not been answered; the answers have to come in their order.</summary>
internal sealed class Pipeline
{
    private const int FirstNumber = 10_000_000;
    private const int NumberStep = 7919;
    private readonly WebSocketConnection _connection;
    private readonly Exchange _exchange;
    private readonly long[] _times;
    private readonly int _first;
    private int _next;
    private int _expected;
    private int _part;

    public Pipeline(WebSocketConnection connection, Exchange exchange, int capacity)
    {
        _connection = connection;
        _exchange = exchange;
        _times = new long[capacity];
        // No two clients have the same numbers at the same time, so that an answer of another's is seen to be wrong.
        _first = FirstNumber + (connection.Number * NumberStep);
    }

    public int Outstanding => _next - _expected;

    public void Send(long at)
    {
        if (Outstanding == _times.Length)
        {
            throw new LoadException("the server is further behind than the load can remember");
        }

        _times[_next % _times.Length] = at;
        _exchange.Send(_connection, _first + _next++);
    }

    /// <summary>Checks what arrived; when it completes an answer, gives the time of the request.</summary>
    public bool TryComplete(ReadOnlySpan<byte> data, bool isBinary, out long sentAt)
    {
        sentAt = 0;
        var answer = _exchange.Answer[_part];
        if (Outstanding == 0 || !answer.Matches(data, isBinary, _first + _expected))
        {
            throw Wrong(data, Outstanding == 0 ? "nothing" : answer.ToString());
        }

        _part++;
        if (_part < _exchange.Answer.Length)
        {
            return false;
        }

        _part = 0;
        sentAt = _times[_expected++ % _times.Length];
        return true;
    }

    public static LoadException Wrong(ReadOnlySpan<byte> data, string expected) =>
        new($"wrong answer {Encoding.UTF8.GetString(data[..Math.Min(data.Length, 200)])} instead of {expected}");
}
