using SocketIoSharp.BenchmarkLoad.Sockets;

namespace SocketIoSharp.BenchmarkLoad.Dialects;

/// <summary>Socket.IO with a server that has the handlers of a chat: it greets, and acknowledges a number with the same.</summary>
internal sealed class ChatDialect : SocketIODialect
{
    private static ReadOnlySpan<byte> Greeting => "42[\"welcome\",\"guest\"]"u8;

    public override bool TryHandleControl(WebSocketConnection connection, ReadOnlySpan<byte> data) =>
        data.SequenceEqual(Greeting) || base.TryHandleControl(connection, data);

    /// <summary>The number has eight digits, whatever the size that is wished for.</summary>
    public override Exchange Echo(int bytes) => new(
        new Message($"42{Message.Placeholder}[\"inbox\",{Message.Placeholder}]"),
        new Message($"43{Message.Placeholder}[{Message.Placeholder}]"));
}
