using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>The clients of this server that have yet to answer a broadcast. Disposed when no answers are wanted any more.</summary>
internal sealed class PendingBroadcastAcks : IPendingAck, IDisposable
{
    private readonly List<ServerSocket> _sockets;
    private readonly IBroadcastAckSink _sink;
    private readonly long _id;
    private int _isDisposed;

    private PendingBroadcastAcks(long id, List<ServerSocket> sockets, IBroadcastAckSink sink)
    {
        _id = id;
        _sockets = sockets;
        _sink = sink;
    }

    /// <summary>Sends an event that was encoded once, with one number for all clients.</summary>
    public static PendingBroadcastAcks Send(SocketNamespace target, EncodedPacket packet, BroadcastOptions options, RoomTable.Recipients recipients, IBroadcastAckSink sink)
    {
        var id = target.NextAckId();
        var numbered = packet.WithId(id);
        if (recipients.Count > 0)
        {
            // Encoded before anybody is waited for: it may fail.
            _ = numbered.GetMessage(target.IO.Parser);
        }

        var sockets = new List<ServerSocket>(recipients.Count);
        var pending = new PendingBroadcastAcks(id, sockets, sink);
        foreach (var socket in recipients)
        {
            if (socket.Connected && !(options.IsVolatile && !socket.Session.IsWritable) && socket.TryAddAck(id, pending))
            {
                sockets.Add(socket);
            }
        }

        sink.OnClientCount(sockets.Count);
        if (sockets.Count == 0)
        {
            return pending;
        }

        var message = numbered.GetMessage(target.IO.Parser);
        if (!options.Compress)
        {
            message = message.WithoutCompression();
        }

        using (HeldFlush.BeginFor(sockets.Count))
        {
            foreach (var socket in sockets)
            {
                socket.Send(numbered, message, isVolatile: false);
            }
        }

        return pending;
    }

    public void OnAnswer(ServerSocket socket, in SocketIOPacket packet)
    {
        if (Volatile.Read(ref _isDisposed) == 0)
        {
            _sink.OnResponse(FirstArgument.TryFind(packet.Json.Span, out var json)
                ? new EventArgument(json.ToArray(), packet.Attachments, socket.Serializer)
                : null);
        }
    }

    public void OnGone(ServerSocket socket)
    {
        if (Volatile.Read(ref _isDisposed) == 0)
        {
            _sink.OnMissing();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            foreach (var socket in _sockets)
            {
                socket.TryRemoveAck(_id);
            }
        }
    }
}
