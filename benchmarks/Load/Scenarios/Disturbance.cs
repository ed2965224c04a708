using SocketIoSharp.BenchmarkLoad.Dialects;
using SocketIoSharp.BenchmarkLoad.Measuring;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>Work that the server has to do for some clients while others want quick answers.</summary>
internal abstract class Disturbance
{
    /// <summary>Its clients, the first of which sends.</summary>
    public abstract WebSocketConnection[] Connections { get; }

    public abstract bool IsOver { get; }

    /// <summary>Begins one; the one before has to be over.</summary>
    public abstract void Trigger();

    public abstract void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary);
}

/// <summary>One client that sends a very large message, which comes back.</summary>
internal sealed class LargeEcho : Disturbance, IPieces
{
    private readonly Dialect _dialect;
    private readonly Exchange _exchange;
    private int _number = 10_000_000;
    private int _received;

    public LargeEcho(Dialect dialect, WebSocketConnection connection, int bytes)
    {
        _dialect = dialect;
        _exchange = dialect.Echo(bytes);
        Connections = [connection];
    }

    public override WebSocketConnection[] Connections { get; }

    public override bool IsOver => _received == 0;

    private Message Answer => _exchange.Answer[0];

    public override void Trigger()
    {
        Connections[0].Pieces = this;
        // Not zero, so that it is not over before anything has come back.
        _received = -1;
        _exchange.Request[0].SendLarge(Connections[0], ++_number);
    }

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary) => throw Pipeline.Wrong(data, "nothing");

    public void OnPiece(ReadOnlySpan<byte> piece)
    {
        if (_received <= 0 && _dialect.TryHandleControl(Connections[0], piece))
        {
            return;
        }

        if (_received == 0)
        {
            throw Pipeline.Wrong(piece, "nothing");
        }

        var offset = Math.Max(_received, 0);
        var content = piece[..Math.Min(piece.Length, Answer.Length - offset)];
        if (!Answer.MatchesAt(offset, content, _number) || offset + piece.Length > Answer.Length + _dialect.TerminatorLength)
        {
            throw Pipeline.Wrong(piece, "a part of the large message");
        }

        _received = offset + piece.Length == Answer.Length + _dialect.TerminatorLength ? 0 : offset + piece.Length;
    }
}

/// <summary>A client that makes the server broadcast to a room with very many others.</summary>
internal sealed class Crowd : Disturbance
{
    private const string Room = "crowd";
    private const int FirstNumber = 10_000_000;
    private readonly Dialect _dialect;
    private readonly Broadcasts _broadcasts;
    private int _joined;

    public Crowd(Dialect dialect, WebSocketConnection[] connections, int bytes)
    {
        _dialect = dialect;
        _broadcasts = new Broadcasts(dialect.RoomBroadcast(Room, bytes), connections.Length - 1, FirstNumber);
        Connections = connections;
    }

    public override WebSocketConnection[] Connections { get; }

    public override bool IsOver => _broadcasts.Outstanding == 0;

    public void Join(Loop loop)
    {
        var join = _dialect.Join(Room);
        foreach (var member in Connections.AsSpan(1))
        {
            join.Send(member, 0);
        }

        if (!loop.RunUntil(Clock.Now + (30 * Clock.Second), () => _joined == Connections.Length - 1))
        {
            throw new LoadException($"only {_joined} clients joined the room");
        }
    }

    public override void Trigger() => _broadcasts.Send(Connections[0], Clock.Now);

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary)
    {
        if (_broadcasts.Outstanding == 0 && _dialect.IsJoinAnswer(data))
        {
            _joined++;
            return;
        }

        _ = _broadcasts.OnDelivery(connection.Number - Connections[1].Number, data, isBinary, out _);
    }
}
