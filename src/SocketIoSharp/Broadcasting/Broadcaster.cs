namespace SocketIoSharp;

/// <summary>Sends to the sockets of one namespace, or of all children of a dynamic one. An event is serialized once, at once.</summary>
internal abstract class Broadcaster : IBroadcaster
{
    public IBroadcaster Local => With(Selection with { IsLocal = true });

    public IBroadcaster Volatile => With(Selection with { IsVolatile = true });

    /// <summary>The namespaces whose sockets are meant.</summary>
    protected internal abstract IReadOnlyList<SocketNamespace> Targets { get; }

    /// <summary>Which of their sockets are meant.</summary>
    protected abstract BroadcastOptions Selection { get; }

    public IBroadcaster To(string room)
    {
        ArgumentNullException.ThrowIfNull(room);
        return With(Selection with { Rooms = Selection.Rooms.Add(room) });
    }

    public IBroadcaster To(params IReadOnlyCollection<string> rooms)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        return With(Selection with { Rooms = Selection.Rooms.AddRange(rooms) });
    }

    public IBroadcaster In(string room) => To(room);

    public IBroadcaster In(params IReadOnlyCollection<string> rooms) => To(rooms);

    public IBroadcaster Except(string room)
    {
        ArgumentNullException.ThrowIfNull(room);
        return With(Selection with { Except = Selection.Except.Add(room) });
    }

    public IBroadcaster Except(params IReadOnlyCollection<string> rooms)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        return With(Selection with { Except = Selection.Except.AddRange(rooms) });
    }

    public IBroadcaster Compress(bool compress) => With(Selection with { Compress = compress });

    public IBroadcaster Timeout(TimeSpan timeout)
    {
        AckTimeouts.ThrowIfNotAllowed(timeout);
        return With(Selection with { Timeout = timeout });
    }

    public Task EmitAsync(string eventName, object? argument) => EmitCoreAsync(eventName, new ReadOnlySpan<object?>(in argument));

    public Task EmitAsync(string eventName, params ReadOnlySpan<object?> arguments) => EmitCoreAsync(eventName, arguments);

    public Task<BroadcastAcks<T>> EmitWithAckAsync<T>(string eventName, object? argument)
        => EmitWithAckAsync<T>(eventName, new ReadOnlySpan<object?>(in argument), default);

    public Task<BroadcastAcks<T>> EmitWithAckAsync<T>(string eventName, params ReadOnlySpan<object?> arguments)
        => EmitWithAckAsync<T>(eventName, arguments, default);

    public Task<BroadcastAcks<T>> EmitWithAckAsync<T>(string eventName, ReadOnlySpan<object?> arguments, CancellationToken cancellationToken)
    {
        ReservedEvents.ThrowIfNotAllowed(eventName);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<BroadcastAcks<T>>(cancellationToken);
        }

        var targets = Targets;
        if (targets.Count == 0)
        {
            return Task.FromResult(new BroadcastAcks<T>([], isComplete: true));
        }

        var packet = targets[0].CreatePacket(eventName, arguments);
        var server = targets[0].IO;
        var collector = new BroadcastAckCollector<T>(server, targets[0].MetricsName, Selection.Timeout ?? server.Options.BroadcastAckTimeout);
        collector.Start(targets, packet, Selection, cancellationToken);
        return collector.Task;
    }

    public virtual Task<IReadOnlyList<IRemoteSocket>> FetchSocketsAsync(CancellationToken cancellationToken = default)
        => Targets[0].Adapter.FetchSocketsAsync(Selection, cancellationToken);

    public Task SocketsJoinAsync(params IReadOnlyCollection<string> rooms)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        return ForEachAsync(adapter => adapter.AddSocketsAsync(Selection, rooms));
    }

    public Task SocketsLeaveAsync(params IReadOnlyCollection<string> rooms)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        return ForEachAsync(adapter => adapter.RemoveSocketsAsync(Selection, rooms));
    }

    public Task DisconnectSocketsAsync(bool closeConnection = false)
        => ForEachAsync(adapter => adapter.DisconnectSocketsAsync(Selection, closeConnection));

    protected virtual IBroadcaster With(BroadcastOptions options) => new BroadcastOperator(this, options);

    /// <summary>Serializes an event for a namespace, or an answer, which has no name.</summary>
    internal EncodedPacket CreatePacket(string? eventName, ReadOnlySpan<object?> arguments)
    {
        var target = Targets[0];
        var writer = ArgumentWriter.Rent();
        try
        {
            if (eventName is null)
            {
                writer.WriteArguments(target.IO.Serializer, arguments);
            }
            else
            {
                writer.WriteEvent(target.IO.Serializer, eventName, arguments);
            }

            return new EncodedPacket(target.Name, writer.Written.ToArray(), writer.TakeAttachments()) { Dates = writer.TakeDates(0) };
        }
        finally
        {
            writer.Return();
        }
    }

    private Task EmitCoreAsync(string eventName, ReadOnlySpan<object?> arguments)
    {
        ReservedEvents.ThrowIfNotAllowed(eventName);
        var targets = Targets;
        if (targets.Count == 0)
        {
            return Task.CompletedTask;
        }

        var packet = targets[0].CreatePacket(eventName, arguments);
        if (targets.Count == 1)
        {
            return SendToAsync(targets[0], packet);
        }

        var sending = new List<Task>();
        foreach (var target in targets)
        {
            var copy = ReferenceEquals(target, targets[0]) ? packet : packet.WithNamespace(target.Name);
            if (SendToAsync(target, copy) is { IsCompletedSuccessfully: false } unfinished)
            {
                sending.Add(unfinished);
            }
        }

        return sending.Count == 0 ? Task.CompletedTask : Task.WhenAll(sending);
    }

    private Task SendToAsync(SocketNamespace target, EncodedPacket packet)
    {
        target.IO.Metrics.Broadcast(target.MetricsName);
        return target.Adapter.BroadcastAsync(packet, Selection);
    }

    private Task ForEachAsync(Func<Adapter, Task> work)
    {
        var targets = Targets;
        return targets.Count == 1 ? work(targets[0].Adapter) : Task.WhenAll(targets.Select(target => work(target.Adapter)));
    }
}
