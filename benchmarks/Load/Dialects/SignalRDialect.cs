using System.Text;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Dialects;

/// <summary>A SignalR hub with the JSON protocol, without negotiation. What ends with the separator is a message, however it is framed.</summary>
internal sealed class SignalRDialect : Dialect
{
    private const byte Separator = 0x1E;
    private const string End = "\u001E";
    private readonly Message _handshake = new("{\"protocol\":\"json\",\"version\":1}" + End);
    private readonly Message _ping = new("{\"type\":6}" + End);

    public override string Path => "/hub";

    public override int TerminatorLength => 1;

    private static ReadOnlySpan<byte> Ping => "{\"type\":6}"u8;

    public override void OnUpgraded(WebSocketConnection connection, long now)
    {
        connection.Stage = ConnectionStage.Connecting;
        _handshake.Send(connection, 0);
    }

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now)
    {
        while (!data.IsEmpty)
        {
            var end = data.IndexOf(Separator);
            if (end < 0)
            {
                throw new LoadException("a frame ends within a message");
            }

            OnRecord(connection, data[..end], now);
            data = data[(end + 1)..];
        }
    }

    public override bool TryHandleControl(WebSocketConnection connection, ReadOnlySpan<byte> data)
    {
        // A client has to be heard of as well.
        var isPing = data.StartsWith(Ping);
        if (isPing)
        {
            _ping.Send(connection, 0);
        }

        return isPing;
    }

    public override Exchange Echo(int bytes) => Invocation("Echo", bytes);

    public override Exchange Ack(int bytes) => new(
        new Message(
            $"{{\"type\":1,\"invocationId\":\"{Message.Placeholder}\",\"target\":\"Ack\",\"arguments\":[\"{Message.Payload(bytes)}\"]}}{End}"),
        new Message($"{{\"type\":3,\"invocationId\":\"{Message.Placeholder}\",\"result\":\"{Message.Payload(bytes)}\"}}"));

    public override Exchange Broadcast(int bytes) => Invocation("Bcast", bytes);

    public override Message Join(string room) => new($"{{\"type\":1,\"invocationId\":\"0\",\"target\":\"Join\",\"arguments\":[\"{room}\"]}}{End}");

    public override bool IsJoinAnswer(ReadOnlySpan<byte> data) => data.SequenceEqual("{\"type\":3,\"invocationId\":\"0\",\"result\":null}"u8);

    public override Exchange RoomBroadcast(string room, int bytes) => new(
        new Message($"{{\"type\":1,\"target\":\"RoomBcast\",\"arguments\":[\"{room}\",\"{Message.Payload(bytes)}\"]}}{End}"),
        new Message(Event("RoomBcast", bytes)));

    private static Exchange Invocation(string target, int bytes) => new(new Message(Event(target, bytes) + End), new Message(Event(target, bytes)));

    private static string Event(string target, int bytes) => $"{{\"type\":1,\"target\":\"{target}\",\"arguments\":[\"{Message.Payload(bytes)}\"]}}";

    private void OnRecord(WebSocketConnection connection, ReadOnlySpan<byte> data, long now)
    {
        if (connection.Stage == ConnectionStage.Ready)
        {
            if (!TryHandleControl(connection, data))
            {
                Client.OnMessage(connection, data, isBinary: false, now);
            }
        }
        else if (data.SequenceEqual("{}"u8))
        {
            connection.Stage = ConnectionStage.Ready;
            Client.OnReady(connection, now);
        }
        else
        {
            throw new LoadException($"unexpected while connecting: {Encoding.UTF8.GetString(data)}");
        }
    }
}
