using System.Text;
using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Dialects;

/// <summary>Socket.IO on Engine.IO 4, in the namespace "/".</summary>
internal class SocketIODialect : Dialect
{
    private readonly Message _connect = new("40");
    private readonly Message _pong = new("3");

    public override string Path => "/socket.io/?EIO=4&transport=websocket";

    // The server speaks first.
    public override void OnUpgraded(WebSocketConnection connection, long now) => connection.Stage = ConnectionStage.Opening;

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now)
    {
        if (connection.Stage == ConnectionStage.Ready)
        {
            if (isBinary || !TryHandleControl(connection, data))
            {
                Client.OnMessage(connection, data, isBinary, now);
            }
        }
        else if (connection.Stage == ConnectionStage.Opening && data.StartsWith("0{\"sid\":"u8))
        {
            connection.Stage = ConnectionStage.Connecting;
            _connect.Send(connection, 0);
        }
        else if (connection.Stage == ConnectionStage.Connecting && data.StartsWith("40{\"sid\":"u8))
        {
            connection.Stage = ConnectionStage.Ready;
            Client.OnReady(connection, now);
        }
        else
        {
            throw new LoadException($"unexpected while connecting: {Encoding.UTF8.GetString(data)}");
        }
    }

    public override bool TryHandleControl(WebSocketConnection connection, ReadOnlySpan<byte> data)
    {
        var isPing = data is [(byte)'2'];
        if (isPing)
        {
            _pong.Send(connection, 0);
        }

        return isPing;
    }

    public override Exchange Echo(int bytes)
    {
        var message = new Message($"42[\"echo\",\"{Message.Payload(bytes)}\"]");
        return new(message, message);
    }

    public override Exchange Ack(int bytes) => new(
        new Message($"42{Message.Placeholder}[\"ack\",\"{Message.Payload(bytes)}\"]"),
        new Message($"43{Message.Placeholder}[\"{Message.Payload(bytes)}\"]"));

    public override Exchange Binary(int bytes)
    {
        Message[] messages = [new("451-[\"bin\",{\"_placeholder\":true,\"num\":0}]"), new(Message.Payload(bytes), WebSocketFrame.Binary)];
        return new(messages, messages);
    }

    public override Exchange Broadcast(int bytes)
    {
        var message = new Message($"42[\"bcast\",\"{Message.Payload(bytes)}\"]");
        return new(message, message);
    }

    public override Message Join(string room) => new($"420[\"join\",\"{room}\"]");

    public override bool IsJoinAnswer(ReadOnlySpan<byte> data) => data.StartsWith("430["u8);

    public override Exchange RoomBroadcast(string room, int bytes) => new(
        new Message($"42[\"room-bcast\",\"{room}\",\"{Message.Payload(bytes)}\"]"),
        new Message($"42[\"room-bcast\",\"{Message.Payload(bytes)}\"]"));
}
