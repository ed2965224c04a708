using SocketIoSharp.BenchmarkLoad.Measuring;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Scenarios;

/// <summary>Every room's first member sends to the room, again and again when all members have got it. Deliveries are counted.</summary>
internal sealed class RoomsScenario : Scenario
{
    private const int FirstNumber = 10_000_000;
    private const int NumbersOfRoom = 500_000;
    private readonly WebSocketConnection[] _connections;
    private readonly Broadcasts[] _rooms;
    private int _joined;

    public RoomsScenario(LoadOptions options, Loop loop)
        : base(options, loop)
    {
        _connections = CreateConnections(options.Connections);
        _rooms = [.. Enumerable.Range(0, options.Connections / options.Room).Select(CreateRoom)];
    }

    protected override bool IsDrained => Array.TrueForAll(_rooms, room => room.Outstanding == 0);

    public override void OnReady(WebSocketConnection connection, long now)
    {
        base.OnReady(connection, now);
        Dialect.Join(NameOf(connection.Number / Options.Room)).Send(connection, 0);
    }

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now)
    {
        if (!IsLoading && Dialect.IsJoinAnswer(data))
        {
            _joined++;
            return;
        }

        var (room, member) = Math.DivRem(connection.Number, Options.Room);
        var wasLast = _rooms[room].OnDelivery(member, data, isBinary, out var sentAt);
        Count(sentAt, now);
        if (wasLast && IsLoading)
        {
            Send(room);
        }
    }

    protected override void Open()
    {
        OpenAll(_connections);
        if (!Loop.RunUntil(Clock.Now + (20 * Clock.Second), () => _joined == _connections.Length))
        {
            throw new LoadException($"only {_joined} clients joined their rooms");
        }
    }

    protected override void Begin()
    {
        for (var room = 0; room < _rooms.Length; room++)
        {
            Send(room);
        }
    }

    private static string NameOf(int room) => $"r{room}";

    // Every room has numbers of its own, so that what reaches members of another one is seen to be wrong.
    private Broadcasts CreateRoom(int room) =>
        new(Dialect.RoomBroadcast(NameOf(room), Options.Bytes), Options.Room, FirstNumber + (room * NumbersOfRoom));

    private void Send(int room) => _rooms[room].Send(_connections[room * Options.Room], Clock.Now);
}
