using System.Collections.Immutable;

namespace SocketIoSharp.TestKit;

/// <summary>A channel or pattern to which Redis has been asked to subscribe, and who wants its messages.</summary>
internal sealed class RespSubscription
{
    public ImmutableArray<RedisSubscription> Handlers { get; set; } = [];

    /// <summary>Complete when Redis has confirmed it; a new one after a loss.</summary>
    public TaskCompletionSource Confirmed { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A connection of its own for commands that wait; connects when it is needed.</summary>
internal sealed class RespBusReader(RedisAddress address) : IRedisReader
{
    private readonly CancellationTokenSource _closing = new();
    private RespPipe? _pipe;

    public TimeSpan LongestBlock => TimeSpan.MaxValue;

    public async Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, cancellationToken);
        try
        {
            _pipe ??= await RespPipe.ConnectAsync(address, null, either.Token);
            return await _pipe.SendAsync(command, arguments).WaitAsync(either.Token);
        }
        catch (RedisCommandException)
        {
            throw;
        }
        catch (Exception exception)
        {
            // Redis still works on the command, so the connection is of no further use.
            await CloseAsync();
            throw exception is OperationCanceledException && !cancellationToken.IsCancellationRequested
                ? new RedisUnavailableException("The connection to Redis was closed.", exception)
                : exception;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await CloseAsync();
    }

    private async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _pipe, null) is { } pipe)
        {
            await pipe.DisposeAsync();
        }
    }
}
