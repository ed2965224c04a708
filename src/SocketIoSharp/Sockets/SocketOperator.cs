namespace SocketIoSharp;

/// <summary>Sends to one client with modifiers; immutable.</summary>
internal sealed class SocketOperator(ServerSocket socket, TimeSpan? timeout) : ISocketOperator
{
    public bool IsVolatile { get; init; }

    public bool IsCompressed { get; init; } = true;

    public ISocketOperator Volatile => new SocketOperator(socket, timeout) { IsVolatile = true, IsCompressed = IsCompressed };

    public ISocketOperator Compress(bool compress) => new SocketOperator(socket, timeout) { IsVolatile = IsVolatile, IsCompressed = compress };

    public ISocketOperator Timeout(TimeSpan timeout)
    {
        AckTimeouts.ThrowIfNotAllowed(timeout);
        return new SocketOperator(socket, timeout) { IsVolatile = IsVolatile, IsCompressed = IsCompressed };
    }

    public Task EmitAsync(string eventName, object? argument)
        => socket.EmitCoreAsync(eventName, new ReadOnlySpan<object?>(in argument), IsVolatile, IsCompressed);

    public Task EmitAsync(string eventName, params ReadOnlySpan<object?> arguments)
        => socket.EmitCoreAsync(eventName, arguments, IsVolatile, IsCompressed);

    public Task<T> EmitWithAckAsync<T>(string eventName, object? argument)
        => EmitWithAckAsync<T>(eventName, new ReadOnlySpan<object?>(in argument), default);

    public Task<T> EmitWithAckAsync<T>(string eventName, params ReadOnlySpan<object?> arguments)
        => EmitWithAckAsync<T>(eventName, arguments, default);

    public Task<T> EmitWithAckAsync<T>(string eventName, ReadOnlySpan<object?> arguments, CancellationToken cancellationToken)
        => socket.EmitWithAckCoreAsync<T>(eventName, arguments, timeout, cancellationToken, IsVolatile, IsCompressed);

    public Task<EventArguments> EmitWithAckAsync(string eventName, object? argument)
        => EmitWithAckAsync<EventArguments>(eventName, new ReadOnlySpan<object?>(in argument), default);

    public Task<EventArguments> EmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments)
        => EmitWithAckAsync<EventArguments>(eventName, arguments, default);

    public Task<EventArguments> EmitWithAckAsync(string eventName, ReadOnlySpan<object?> arguments, CancellationToken cancellationToken)
        => EmitWithAckAsync<EventArguments>(eventName, arguments, cancellationToken);
}

/// <summary>What may be asked for as the longest wait for an answer.</summary>
internal static class AckTimeouts
{
    public static void ThrowIfNotAllowed(TimeSpan timeout)
        => ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
}
