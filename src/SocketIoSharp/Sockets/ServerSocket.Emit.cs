using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>Sending to the client.</summary>
internal sealed partial class ServerSocket
{
    private Listeners<Action<SocketEvent>>? _outgoingListeners;

    public ISocketOperator Volatile => new SocketOperator(this, null) { IsVolatile = true };

    public ISocketOperator Compress(bool compress) => new SocketOperator(this, null) { IsCompressed = compress };

    public ISocketOperator Timeout(TimeSpan timeout) => new SocketOperator(this, null).Timeout(timeout);

    public Task EmitAsync(string eventName, object? argument) => EmitCoreAsync(eventName, new ReadOnlySpan<object?>(in argument));

    public Task EmitAsync(string eventName, params ReadOnlySpan<object?> arguments) => EmitCoreAsync(eventName, arguments);

    public Task<T> EmitWithAckAsync<T>(string eventName, object? argument)
        => EmitWithAckCoreAsync<T>(eventName, new ReadOnlySpan<object?>(in argument), null, default);

    public Task<T> EmitWithAckAsync<T>(string eventName, params ReadOnlySpan<object?> arguments)
        => EmitWithAckCoreAsync<T>(eventName, arguments, null, default);

    public Task<T> EmitWithAckAsync<T>(string eventName, ReadOnlySpan<object?> arguments, CancellationToken cancellationToken)
        => EmitWithAckCoreAsync<T>(eventName, arguments, null, cancellationToken);

    public Task<EventArguments> EmitWithAckAsync(string eventName, object? argument)
        => EmitWithAckCoreAsync<EventArguments>(eventName, new ReadOnlySpan<object?>(in argument), null, default);

    public Task<EventArguments> EmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments)
        => EmitWithAckCoreAsync<EventArguments>(eventName, arguments, null, default);

    public Task<EventArguments> EmitWithAckAsync(string eventName, ReadOnlySpan<object?> arguments, CancellationToken cancellationToken)
        => EmitWithAckCoreAsync<EventArguments>(eventName, arguments, null, cancellationToken);

    public IDisposable OnAnyOutgoing(Action<SocketEvent> listener, bool prepend = false)
        => ListenerFields.Ensure(ref _outgoingListeners).Add(listener, prepend);

    /// <summary>Whether what is sent to it, although it has left, still reaches its client when that comes back.</summary>
    private bool MayComeBack
        => PrivateId is not null && !_isGone && Server.Options.ConnectionStateRecovery is { } recovery
            && Server.Clock.Time.GetElapsedTime(_leftTimestamp) <= recovery.MaxDisconnectionDuration;

    /// <summary>Encodes and hands over; nothing is sent to a client that has left, unless it may come back.</summary>
    public Task EmitCoreAsync(string eventName, ReadOnlySpan<object?> arguments, bool isVolatile = false, bool compress = true)
    {
        ReservedEvents.ThrowIfNotAllowed(eventName);
        if (HasLeft && !MayComeBack)
        {
            return Task.CompletedTask;
        }

        var writer = ArgumentWriter.Rent();
        try
        {
            if (_namespace.IsRecoveryOn || !Server.IsJson || !compress || _outgoingListeners is not null)
            {
                writer.WriteEvent(Serializer, eventName, arguments);
                return EmitPacketAsync(CreatePacket(writer, 0, null), isVolatile, compress);
            }

            // The common case: nothing is allocated.
            JsonPacketParser.WriteHeader(writer, SocketIOPacketType.Event, _namespace.WireName.Span, null);
            var header = writer.Length;
            writer.WriteEvent(Serializer, eventName, arguments);
            if (writer.AttachmentCount > 0)
            {
                return EmitPacketAsync(CreatePacket(writer, header, null), isVolatile, compress);
            }

            if (!isVolatile || Session.IsWritable)
            {
                Session.TrySendText(writer.Written);
            }

            return Task.CompletedTask;
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>Sends an event that asks for an answer.</summary>
    public void EmitWithId(string eventName, ReadOnlySpan<object?> arguments, long id, bool isVolatile, bool compress)
    {
        var writer = ArgumentWriter.Rent();
        try
        {
            writer.WriteEvent(Serializer, eventName, arguments);
            SendPacket(CreatePacket(writer, 0, id), isVolatile, compress);
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>Answers an event.</summary>
    public void SendAck(long id, ReadOnlySpan<object?> arguments)
    {
        var writer = ArgumentWriter.Rent();
        try
        {
            var header = BeginAck(writer, id);
            writer.WriteArguments(Serializer, arguments);
            EndAck(writer, header, id);
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>Answers an event with one argument.</summary>
    public void SendAck<T>(long id, T value)
    {
        var writer = ArgumentWriter.Rent();
        try
        {
            var header = BeginAck(writer, id);
            writer.WriteSingle(Serializer, value);
            EndAck(writer, header, id);
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>A broadcast reaches this client.</summary>
    public void Send(EncodedPacket packet, EncodedMessage message, bool isVolatile)
    {
        if (!Connected || (isVolatile && !Session.IsWritable))
        {
            return;
        }

        NotifyOutgoing(packet);
        Session.TrySend(message);
    }

    /// <summary>What the client missed, before it is connected again.</summary>
    public void SendMissed(EncodedPacket packet) => Session.TrySend(packet.GetMessage(Server.Parser));

    private Task EmitPacketAsync(EncodedPacket packet, bool isVolatile, bool compress)
    {
        if (_namespace.IsRecoveryOn && (Connected || HasLeft))
        {
            // Through the adapter, which keeps the event for a client that comes back.
            return _namespace.Adapter.BroadcastAsync(packet, new BroadcastOptions { Rooms = [Id], IsVolatile = isVolatile, Compress = compress });
        }

        if (_namespace.IsRecoveryOn && SessionRecoveryStore.EndsWithText(packet) && _namespace.Adapter.CurrentOffset is { } offset)
        {
            // Before the client is connected; it takes the last text of any event for an offset.
            packet = packet.WithLastArgument(offset);
        }

        SendPacket(packet, isVolatile, compress);
        return Task.CompletedTask;
    }

    private void SendPacket(EncodedPacket packet, bool isVolatile, bool compress)
    {
        if (isVolatile && !Session.IsWritable)
        {
            return;
        }

        NotifyOutgoing(packet);
        var message = packet.GetMessage(Server.Parser);
        Session.TrySend((compress ? message : message.WithoutCompression()).ForOne());
    }

    private EncodedPacket CreatePacket(ArgumentWriter writer, int header, long? id)
        => new(_namespace.Name, writer.Written[header..].ToArray(), writer.TakeAttachments(), id) { Dates = writer.TakeDates(header) };

    private int BeginAck(ArgumentWriter writer, long id)
    {
        if (Server.IsJson)
        {
            JsonPacketParser.WriteHeader(writer, SocketIOPacketType.Ack, _namespace.WireName.Span, id);
        }

        return writer.Length;
    }

    private void EndAck(ArgumentWriter writer, int header, long id)
    {
        if (!Connected)
        {
            return;
        }

        if (Server.IsJson && writer.AttachmentCount == 0)
        {
            Session.TrySendText(writer.Written);
            return;
        }

        Session.TrySend(Server.Parser.Encode(new SocketIOPacket
        {
            Type = SocketIOPacketType.Ack,
            Namespace = _namespace.WireName,
            Id = id,
            Json = writer.Written[header..].ToArray(),
            Attachments = writer.TakeAttachments(),
            Dates = writer.TakeDates(header),
        }).ForOne());
    }

    private void NotifyOutgoing(EncodedPacket packet)
    {
        if (_outgoingListeners is not { All: { IsEmpty: false } listeners })
        {
            return;
        }

        var all = EventArguments.Split(packet.Json, packet.Attachments, Serializer);
        var sent = new SocketEvent(this, all.Count > 0 ? all[0].ReadName() : string.Empty, all.Skip(1), packet.Id is not null);
        foreach (var listener in listeners)
        {
            try
            {
                listener(sent);
            }
            catch (Exception exception)
            {
                Log.ListenerFailed(Server.Logger, exception, nameof(OnAnyOutgoing), Id);
            }
        }
    }
}
