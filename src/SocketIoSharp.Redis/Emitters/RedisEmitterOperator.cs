namespace SocketIoSharp;

/// <summary>What an emitter sends to: a namespace, and whom in it. Immutable.</summary>
internal sealed class RedisEmitterOperator(RedisEmitter emitter, IClusterPublisher publisher, string namespaceName, BroadcastOptions options) : IRedisEmitter
{
    public IRedisEmitter Volatile => With(options with { IsVolatile = true });

    public IRedisEmitter Of(string namespaceName)
    {
        ArgumentException.ThrowIfNullOrEmpty(namespaceName);
        var name = namespaceName[0] == '/' ? namespaceName : "/" + namespaceName;
        return new RedisEmitterOperator(emitter, emitter.CreatePublisher(name), name, BroadcastOptions.Everybody);
    }

    public IRedisEmitter To(params IReadOnlyCollection<string> rooms) => With(options with { Rooms = [.. options.Rooms.Union(Check(rooms), StringComparer.Ordinal)] });

    public IRedisEmitter In(params IReadOnlyCollection<string> rooms) => To(rooms);

    public IRedisEmitter Except(params IReadOnlyCollection<string> rooms) => With(options with { Except = [.. options.Except.Union(Check(rooms), StringComparer.Ordinal)] });

    public IRedisEmitter Compress(bool compress) => With(options with { Compress = compress });

    public Task EmitAsync(string eventName, object? argument) => EmitCoreAsync(eventName, new ReadOnlySpan<object?>(in argument));

    public Task EmitAsync(string eventName, params ReadOnlySpan<object?> arguments) => EmitCoreAsync(eventName, arguments);

    public Task SocketsJoinAsync(params IReadOnlyCollection<string> rooms)
        => PublishAsync(new SocketsJoinMessage { Uid = ClassicWire.EmitterUid, Namespace = namespaceName, Options = options, Rooms = Check(rooms) });

    public Task SocketsLeaveAsync(params IReadOnlyCollection<string> rooms)
        => PublishAsync(new SocketsLeaveMessage { Uid = ClassicWire.EmitterUid, Namespace = namespaceName, Options = options, Rooms = Check(rooms) });

    public Task DisconnectSocketsAsync(bool closeConnection = false)
        => PublishAsync(new DisconnectSocketsMessage { Uid = ClassicWire.EmitterUid, Namespace = namespaceName, Options = options, CloseConnection = closeConnection });

    public Task ServerSideEmitAsync(string eventName, params ReadOnlySpan<object?> arguments)
    {
        ServerSideEvents.ThrowIfNotAllowed(eventName);
        return PublishAsync(new ServerSideEmitMessage { Uid = ClassicWire.EmitterUid, Namespace = namespaceName, Packet = CreatePacket(eventName, arguments) });
    }

    private Task EmitCoreAsync(string eventName, ReadOnlySpan<object?> arguments)
    {
        ReservedEvents.ThrowIfNotAllowed(eventName);
        return PublishAsync(new BroadcastMessage
        {
            Uid = ClassicWire.EmitterUid,
            Namespace = namespaceName,
            Packet = CreatePacket(eventName, arguments),
            Options = options,
        });
    }

    private Task PublishAsync(ClusterMessage message)
    {
        emitter.ThrowIfDisposed();
        return publisher.PublishAsync(message);
    }

    private EncodedPacket CreatePacket(string eventName, ReadOnlySpan<object?> arguments)
    {
        var writer = ArgumentWriter.Rent();
        try
        {
            writer.WriteEvent(emitter.Serializer, eventName, arguments);
            return new EncodedPacket(namespaceName, writer.Written.ToArray(), writer.TakeAttachments()) { Dates = writer.TakeDates(0) };
        }
        finally
        {
            writer.Return();
        }
    }

    private RedisEmitterOperator With(BroadcastOptions changed) => new(emitter, publisher, namespaceName, changed);

    private static IReadOnlyCollection<string> Check(IReadOnlyCollection<string> rooms)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        foreach (var room in rooms)
        {
            ArgumentNullException.ThrowIfNull(room, nameof(rooms));
        }

        return rooms;
    }
}
