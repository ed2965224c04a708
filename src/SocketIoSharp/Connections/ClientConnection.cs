using System.Buffers;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>What one engine session carries: at most one socket of the main namespace. Packets come in order from the session.</summary>
/// <remarks>Node: <c>Client</c>.</remarks>
internal sealed class ClientConnection(SocketIOServer server, IEngineIOSession session) : ClockEntry
{
    private ServerSocket? _socket;

    public IEngineIOSession Session => session;

    /// <summary>Takes one packet; anything that the protocol does not allow closes the connection.</summary>
    public Task OnMessageAsync(EngineIOMessage message)
    {
        if (message.IsBinary || !PacketDecoder.TryDecode(message.Data, out var packet))
        {
            return RefuseAsync();
        }

        return packet.Type switch
        {
            SocketIOPacketType.Connect when packet.Namespace is not null => RefuseNamespaceAsync(packet.Namespace),
            SocketIOPacketType.Connect when _socket is null => ConnectAsync(),
            SocketIOPacketType.Disconnect when packet.Namespace is null && _socket is { } socket => LeaveByClientAsync(socket),
            SocketIOPacketType.Event when packet.Namespace is null && _socket is { } socket && socket.TryHandle(packet, out var handling) => handling,
            _ => RefuseAsync(),
        };
    }

    public void OnClosed(SessionClose close)
    {
        server.Clock.Cancel(this);
        if (_socket is { } socket)
        {
            Leave(socket, close.ReasonText);
        }
    }

    public void Leave(ServerSocket socket, string reason)
    {
        if (Interlocked.CompareExchange(ref _socket, null, socket) == socket)
        {
            server.Remove(socket);
            socket.OnLeft(reason);
        }
    }

    /// <summary>No namespace was joined within the connect timeout.</summary>
    protected internal override void OnDue() => session.Close();

    private Task ConnectAsync()
    {
        server.Clock.Cancel(this);
        var socket = new ServerSocket(server, this);
        _socket = socket;
        server.Add(socket);
        var packet = new ArrayBufferWriter<byte>();
        PacketEncoder.WriteConnect(packet, socket.Id);
        session.TrySendText(packet.WrittenSpan);
        return server.RaiseConnectionAsync(socket);
    }

    private Task RefuseNamespaceAsync(string name)
    {
        var packet = new ArrayBufferWriter<byte>();
        PacketEncoder.WriteConnectError(packet, name, "Invalid namespace");
        session.TrySendText(packet.WrittenSpan);
        return Task.CompletedTask;
    }

    private Task LeaveByClientAsync(ServerSocket socket)
    {
        Leave(socket, "client namespace disconnect");
        return Task.CompletedTask;
    }

    private Task RefuseAsync()
    {
        session.Close();
        return Task.CompletedTask;
    }
}
