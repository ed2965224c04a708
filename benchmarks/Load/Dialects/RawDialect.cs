using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Dialects;

/// <summary>WebSocket messages that come back as they are.</summary>
internal sealed class RawDialect : Dialect
{
    public override string Path => "/raw";

    public override void OnUpgraded(WebSocketConnection connection, long now)
    {
        connection.Stage = ConnectionStage.Ready;
        Client.OnReady(connection, now);
    }

    public override void OnMessage(WebSocketConnection connection, ReadOnlySpan<byte> data, bool isBinary, long now) =>
        Client.OnMessage(connection, data, isBinary, now);

    public override bool TryHandleControl(WebSocketConnection connection, ReadOnlySpan<byte> data) => false;

    public override Exchange Echo(int bytes)
    {
        var message = new Message(Message.Payload(bytes));
        return new(message, message);
    }
}
