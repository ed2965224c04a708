using Microsoft.Extensions.Logging;

namespace SocketIoSharp.TestKit;

/// <summary>
/// A bus without a client library: one connection for commands, one for subscriptions. All handlers run on the task that reads
/// the latter, so the order of messages is kept across all channels. Both connections are lost and made together.
/// </summary>
internal sealed partial class RespBus : IRedisBus
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly RedisAddress _address;
    private readonly RedisBusContext _context;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    // Guards what follows, and the order in which subscriptions are written.
    private readonly Lock _gate = new();
    private readonly Dictionary<(RedisChannelKind Kind, string Channel), RespSubscription> _subscriptions = [];
    private Connections? _connections;

    public RespBus(RedisAddress address, RedisBusContext context)
    {
        _address = address;
        _context = context;
        State = new RedisBusState(context.Logger, context.Metrics, context.Time);
        _running = RunAsync();
    }

    public RedisBusState State { get; }

    public bool SupportsShardedChannels(out string? reason)
    {
        reason = null;
        return true;
    }

    public Task PublishAsync(string channel, ReadOnlyMemory<byte> message, bool isSharded)
        => ExecuteAsync(isSharded ? "SPUBLISH" : "PUBLISH", new RedisArgument[] { channel, message }, CancellationToken.None);

    public async Task SubscribeAsync(RedisSubscription subscription, CancellationToken cancellationToken)
    {
        Task confirmed;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            var key = (subscription.Kind, subscription.Channel);
            if (!_subscriptions.TryGetValue(key, out var existing))
            {
                existing = _subscriptions[key] = new RespSubscription();
                if (_connections is { } connections)
                {
                    Send(connections, key, existing);
                }
            }

            existing.Handlers = existing.Handlers.Contains(subscription) ? existing.Handlers : existing.Handlers.Add(subscription);
            confirmed = existing.Confirmed.Task;
        }

        // Whoever stops waiting has subscribed all the same.
        await confirmed.WaitAsync(cancellationToken);
        await State.WhenUpAsync(cancellationToken);
    }

    public async Task UnsubscribeAsync(RedisSubscription subscription)
    {
        Task<RedisReply> confirmed;
        lock (_gate)
        {
            var key = (subscription.Kind, subscription.Channel);
            if (!_subscriptions.TryGetValue(key, out var existing))
            {
                return;
            }

            existing.Handlers = existing.Handlers.Remove(subscription);
            if (!existing.Handlers.IsEmpty || !_subscriptions.Remove(key) || _connections is not { } connections)
            {
                return;
            }

            confirmed = connections.Subscriptions.SendAsync(RespCommands.Unsubscribe(key.Kind), new RedisArgument[] { key.Channel });
        }

        try
        {
            await confirmed;
        }
        catch (RedisUnavailableException)
        {
            // It has ended with the connection.
        }
    }

    public async Task<int> CountSubscribersAsync(string channel, bool isSharded, CancellationToken cancellationToken)
    {
        var reply = await ExecuteAsync("PUBSUB", new RedisArgument[] { isSharded ? "SHARDNUMSUB" : "NUMSUB", channel }, cancellationToken);
        return (int)(reply.Items[1].Integer ?? 0);
    }

    public Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        var connections = Volatile.Read(ref _connections);
        return connections is null || !State.IsUp ? Task.FromException<RedisReply>(new RedisUnavailableException())
            : connections.Commands.SendAsync(command, arguments).WaitAsync(cancellationToken);
    }

    public IRedisReader CreateReader() => new RespBusReader(_address);

    public async ValueTask DisposeAsync()
    {
        State.Close();
        await _stopping.CancelAsync();
        await _running;
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ConnectAndWaitAsync();
            }
            catch (Exception exception) when (exception is RedisUnavailableException or RedisCommandException or OperationCanceledException)
            {
                // Tried again below, unless the bus is no longer wanted.
                Log.NotReached(_context.Logger, exception);
            }

            await Task.Delay(s_pause, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ConnectAndWaitAsync()
    {
        await using var commands = await RespPipe.ConnectAsync(_address, null, _stopping.Token);
        await using var subscriptions = await RespPipe.ConnectAsync(_address, Deliver, _stopping.Token);
        try
        {
            await SubscribeAllAsync(new Connections(commands, subscriptions)).WaitAsync(_stopping.Token);
            State.SetUp();
            await Task.WhenAny(commands.Closed, subscriptions.Closed).WaitAsync(_stopping.Token);
        }
        finally
        {
            Disconnect();
        }
    }

    private Task SubscribeAllAsync(Connections connections)
    {
        lock (_gate)
        {
            _connections = connections;
            foreach (var (key, subscription) in _subscriptions)
            {
                Send(connections, key, subscription);
            }

            return Task.WhenAll(_subscriptions.Values.Select(static subscription => subscription.Confirmed.Task));
        }
    }

    private void Disconnect()
    {
        State.SetDown("the connection was lost");
        lock (_gate)
        {
            _connections = null;
            foreach (var subscription in _subscriptions.Values.Where(static subscription => subscription.Confirmed.Task.IsCompleted))
            {
                subscription.Confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Writes a subscription; the caller holds the lock.</summary>
    private static void Send(Connections connections, (RedisChannelKind Kind, string Channel) key, RespSubscription subscription)
        => _ = ConfirmAsync(
            connections.Subscriptions.SendAsync(RespCommands.Subscribe(key.Kind), new RedisArgument[] { key.Channel }),
            subscription.Confirmed);

    private static async Task ConfirmAsync(Task<RedisReply> reply, TaskCompletionSource confirmed)
    {
        try
        {
            await reply;
            confirmed.TrySetResult();
        }
        catch (RedisUnavailableException)
        {
            // Sent again with the next connection.
        }
        catch (RedisCommandException exception)
        {
            confirmed.TrySetException(exception);
        }
    }

    private void Deliver(RedisReply message)
    {
        var kind = message.Items[0].ToString() switch
        {
            "pmessage" => RedisChannelKind.Pattern,
            "smessage" => RedisChannelKind.Sharded,
            _ => RedisChannelKind.Plain,
        };
        RespSubscription? subscription;
        lock (_gate)
        {
            _subscriptions.TryGetValue((kind, message.Items[1].ToString()), out subscription);
        }

        foreach (var handler in subscription?.Handlers ?? [])
        {
            try
            {
                handler.Handler(message.Items[^2].ToString(), message.Items[^1].Bytes);
            }
            catch (Exception exception)
            {
                Log.HandlerFailed(_context.Logger, exception);
            }
        }
    }

    private sealed record Connections(RespPipe Commands, RespPipe Subscriptions);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Redis cannot be reached.", EventName = nameof(NotReached))]
        public static partial void NotReached(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "A message could not be handled.", EventName = nameof(HandlerFailed))]
        public static partial void HandlerFailed(ILogger logger, Exception exception);
    }
}
