namespace SocketIoSharp;

/// <summary>A client of another server: a snapshot, and a way to reach the client through the room of its id.</summary>
internal sealed class RemoteSocket : IRemoteSocket
{
    private readonly SocketNamespace _namespace;
    private readonly BroadcastOptions _options;
    private readonly BroadcastOperator _operator;

    public RemoteSocket(SocketNamespace @namespace, string id, Handshake handshake, IReadOnlySet<string> rooms, SocketData data)
        : this(@namespace, id, handshake, rooms, data, new BroadcastOptions { Rooms = [id], ExpectsSingleResponse = true })
    {
    }

    private RemoteSocket(
        SocketNamespace @namespace, string id, Handshake handshake, IReadOnlySet<string> rooms, SocketData data, BroadcastOptions options)
    {
        _namespace = @namespace;
        _options = options;
        _operator = new BroadcastOperator(@namespace, options);
        Id = id;
        Handshake = handshake;
        Rooms = rooms;
        Data = data;
    }

    public string Id { get; }

    public Handshake Handshake { get; }

    public IReadOnlySet<string> Rooms { get; }

    public SocketData Data { get; }

    public ISocketOperator Volatile => With(_options with { IsVolatile = true });

    public ISocketOperator Compress(bool compress) => With(_options with { Compress = compress });

    public ISocketOperator Timeout(TimeSpan timeout)
    {
        AckTimeouts.ThrowIfNotAllowed(timeout);
        return With(_options with { Timeout = timeout });
    }

    public Task EmitAsync(string eventName, object? argument) => _operator.EmitAsync(eventName, argument);

    public Task EmitAsync(string eventName, params ReadOnlySpan<object?> arguments) => _operator.EmitAsync(eventName, arguments);

    public Task<T> EmitWithAckAsync<T>(string eventName, object? argument)
        => TakeSingleAsync(_operator.EmitWithAckAsync<T>(eventName, argument));

    public Task<T> EmitWithAckAsync<T>(string eventName, params ReadOnlySpan<object?> arguments)
        => TakeSingleAsync(_operator.EmitWithAckAsync<T>(eventName, arguments));

    public Task<T> EmitWithAckAsync<T>(string eventName, ReadOnlySpan<object?> arguments, CancellationToken cancellationToken)
        => TakeSingleAsync(_operator.EmitWithAckAsync<T>(eventName, arguments, cancellationToken));

    public Task<EventArguments> EmitWithAckAsync(string eventName, object? argument)
        => WrapAsync(_operator.EmitWithAckAsync<EventArgument?>(eventName, argument));

    public Task<EventArguments> EmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments)
        => WrapAsync(_operator.EmitWithAckAsync<EventArgument?>(eventName, arguments));

    public Task<EventArguments> EmitWithAckAsync(string eventName, ReadOnlySpan<object?> arguments, CancellationToken cancellationToken)
        => WrapAsync(_operator.EmitWithAckAsync<EventArgument?>(eventName, arguments, cancellationToken));

    public Task JoinAsync(string room) => _operator.SocketsJoinAsync(room);

    public Task JoinAsync(IReadOnlyCollection<string> rooms) => _operator.SocketsJoinAsync(rooms);

    public Task LeaveAsync(string room) => _operator.SocketsLeaveAsync(room);

    public Task DisconnectAsync(bool closeConnection = false) => _operator.DisconnectSocketsAsync(closeConnection);

    private static async Task<T> TakeSingleAsync<T>(Task<BroadcastAcks<T>> answering)
    {
        var answers = await answering;
        if (answers.Responses.Count > 0)
        {
            return answers.Responses[0];
        }

        // All servers have said that they have no such client.
        throw answers.IsComplete ? new SocketDisconnectedException() : new AckTimeoutException();
    }

    /// <summary>Between servers travels the first argument only.</summary>
    private static async Task<EventArguments> WrapAsync(Task<BroadcastAcks<EventArgument?>> answering)
        => new(await TakeSingleAsync(answering) is { } argument ? [argument] : []);

    private RemoteSocket With(BroadcastOptions options) => new(_namespace, Id, Handshake, Rooms, Data, options);
}
