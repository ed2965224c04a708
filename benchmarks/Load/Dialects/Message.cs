using System.Text;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Dialects;

/// <summary>
/// A message that is made once and used many times: eight digits in it, wherever <see cref="Placeholder"/> stood, are the number
/// of the exchange, by which answers that are lost, swapped or sent to another are found out.
/// </summary>
internal sealed class Message
{
    public const string Placeholder = "########";
    private const int DigitCount = 8;
    private readonly byte[] _plain;
    private readonly byte[] _frame;
    private readonly int[] _positions;
    private readonly int _payloadStart;
    private int _number = -1;

    public Message(string text, int opcode = WebSocketFrame.Text)
    {
        _plain = Encoding.UTF8.GetBytes(text);
        _frame = WebSocketFrame.Create(opcode, _plain);
        _payloadStart = _frame.Length - _plain.Length;
        _positions = [.. FindPlaceholders(text)];
        IsBinary = opcode == WebSocketFrame.Binary;
    }

    public bool IsBinary { get; }

    public int Length => _plain.Length;

    /// <summary>Text of so many bytes, the number in front.</summary>
    public static string Payload(int bytes) => Placeholder + new string('x', Math.Max(bytes - DigitCount, 0));

    /// <summary>Sends the message in a frame.</summary>
    public void Send(Connection connection, int number)
    {
        var frame = connection.Reserve(_frame.Length);
        _frame.CopyTo(frame);
        PatchFrame(frame, number);
    }

    /// <summary>Sends the frame itself; it must have left before it is sent again.</summary>
    public void SendLarge(Connection connection, int number)
    {
        PatchFrame(_frame, number);
        connection.WriteLarge(_frame);
    }

    /// <summary>Appends the message without a frame.</summary>
    public void Append(Connection connection, int number) => With(number).CopyTo(connection.Reserve(_plain.Length));

    public bool Matches(ReadOnlySpan<byte> data, bool isBinary, int number) => isBinary == IsBinary && data.SequenceEqual(With(number));

    /// <summary>Whether the data is what this message holds at that place.</summary>
    public bool MatchesAt(int offset, ReadOnlySpan<byte> data, int number) =>
        offset + data.Length <= _plain.Length && data.SequenceEqual(With(number).Slice(offset, data.Length));

    public override string ToString() => Encoding.UTF8.GetString(_plain.AsSpan(0, Math.Min(_plain.Length, 200)));

    private static IEnumerable<int> FindPlaceholders(string text)
    {
        var at = text.IndexOf(Placeholder, StringComparison.Ordinal);
        while (at >= 0)
        {
            yield return at;
            at = text.IndexOf(Placeholder, at + DigitCount, StringComparison.Ordinal);
        }
    }

    private void PatchFrame(Span<byte> frame, int number)
    {
        foreach (var position in _positions)
        {
            var rest = number;
            for (var i = position + DigitCount - 1; i >= position; i--)
            {
                (rest, var digit) = Math.DivRem(rest, 10);
                frame[_payloadStart + i] = (byte)(('0' + digit) ^ WebSocketFrame.KeyAt(i));
            }
        }
    }

    private ReadOnlySpan<byte> With(int number)
    {
        if (_number != number)
        {
            _number = number;
            foreach (var position in _positions)
            {
                var rest = number;
                for (var i = position + DigitCount - 1; i >= position; i--)
                {
                    (rest, var digit) = Math.DivRem(rest, 10);
                    _plain[i] = (byte)('0' + digit);
                }
            }
        }

        return _plain;
    }
}

/// <summary>What a client sends, and what it has to receive for it, message for message.</summary>
internal sealed record Exchange(Message[] Request, Message[] Answer)
{
    public Exchange(Message request, Message answer)
        : this([request], [answer])
    {
    }

    public void Send(Connection connection, int number)
    {
        foreach (var message in Request)
        {
            message.Send(connection, number);
        }
    }
}
