using System.Collections.Immutable;

namespace SocketIoSharp;

/// <summary>Connects servers of one process as Redis would.</summary>
/// <remarks>Keys and streams live as long as this object does.</remarks>
public sealed class InMemoryRedis
{
    // Guards keys, subscriptions and the order of messages. Taken by every command; no foreign code runs under it.
    private readonly Lock _gate = new();

    // Held while buses learn that Redis is away or back, so that they learn it in order. Never taken under the other one.
    private readonly Lock _changing = new();
    private readonly TimeProvider _time;
    private readonly InMemoryRedisKeys _keys;
    private readonly InMemoryRedisCommands _commands;
    private ImmutableArray<InMemoryRedisBus> _buses = [];
    private TaskCompletionSource? _streamsChanged;
    private bool _isAvailable = true;
    private int _outages;

    /// <summary>Creates one to which no server is connected yet.</summary>
    public InMemoryRedis()
        : this(TimeProvider.System)
    {
    }

    internal InMemoryRedis(TimeProvider time)
    {
        _time = time;
        _keys = new InMemoryRedisKeys(time);
        _commands = new InMemoryRedisCommands(_keys, this);
    }

    /// <summary>How many bytes may wait to be delivered to one server; what comes beyond that is dropped.</summary>
    internal long MaxQueuedBytes { get; init; } = 256 * 1024 * 1024;

    internal Lock Gate => _gate;

    internal IRedisBus CreateBus(RedisBusContext context)
    {
        var bus = new InMemoryRedisBus(this, context with { MaxQueuedBytes = Math.Min(context.MaxQueuedBytes, MaxQueuedBytes) });
        lock (_changing)
        {
            lock (_gate)
            {
                _buses = _buses.Add(bus);
            }

            if (_isAvailable)
            {
                bus.State.SetUp();
            }
        }

        return bus;
    }

    /// <summary>Takes Redis away, or brings it back with all keys and streams. What was published before is still delivered.</summary>
    internal void SetAvailable(bool isAvailable)
    {
        lock (_changing)
        {
            ImmutableArray<InMemoryRedisBus> buses;
            lock (_gate)
            {
                if (_isAvailable == isAvailable)
                {
                    return;
                }

                _isAvailable = isAvailable;
                _outages += isAvailable ? 0 : 1;
                buses = _buses;
                WakeReadersLocked();
            }

            foreach (var bus in buses)
            {
                if (isAvailable)
                {
                    bus.State.SetUp();
                }
                else
                {
                    bus.State.SetDown("it was taken away");
                }
            }
        }
    }

    internal void Remove(InMemoryRedisBus bus)
    {
        lock (_changing)
        {
            lock (_gate)
            {
                _buses = _buses.Remove(bus);
            }

            bus.State.Close();
        }
    }

    internal void Publish(string channel, ReadOnlyMemory<byte> message, bool isSharded)
    {
        lock (_gate)
        {
            ThrowIfAway();
            PublishLocked(channel, message, isSharded);
        }
    }

    internal async Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        InMemoryRedisRead read;
        Task changed;
        int outages;
        lock (_gate)
        {
            ThrowIfAway();
            if (!string.Equals(command, "XREAD", StringComparison.OrdinalIgnoreCase))
            {
                return _commands.Run(command, arguments.Span);
            }

            read = InMemoryRedisRead.Parse(arguments.Span, _keys);
            var reply = read.Find(_keys);
            if (!reply.IsNull || read.Block is null)
            {
                return reply;
            }

            changed = WhenStreamsChangeAsync();
            outages = _outages;
        }

        return await ReadAsync(read, changed, outages, cancellationToken);
    }

    /// <summary>Gives a message to all that have subscribed.</summary>
    /// <returns>How many times it was given.</returns>
    internal long PublishLocked(string channel, ReadOnlyMemory<byte> message, bool isSharded)
    {
        // One copy for all: handlers may keep it, and the caller may use its memory again.
        ReadOnlyMemory<byte> copy = message.ToArray();
        var receivers = 0L;
        foreach (var bus in _buses)
        {
            receivers += bus.ReceiveLocked(channel, copy, isSharded);
        }

        return receivers;
    }

    internal long CountLocked(string channel, bool isSharded)
        => _buses.Count(bus => bus.HasSubscribedLocked(channel, isSharded ? RedisChannelKind.Sharded : RedisChannelKind.Plain));

    internal void WakeReadersLocked()
    {
        _streamsChanged?.TrySetResult();
        _streamsChanged = null;
    }

    // The caller holds the lock.
    private Task WhenStreamsChangeAsync() => (_streamsChanged ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private async Task<RedisReply> ReadAsync(InMemoryRedisRead read, Task changed, int outages, CancellationToken cancellationToken)
    {
        using var end = new CancellationTokenSource(read.Block ?? TimeSpan.Zero, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        while (true)
        {
            try
            {
                await changed.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return RedisReply.Null;
            }

            lock (_gate)
            {
                if (outages != _outages)
                {
                    // The connection was lost with Redis, even if Redis is back by now.
                    throw new RedisUnavailableException();
                }

                var reply = read.Find(_keys);
                if (!reply.IsNull)
                {
                    return reply;
                }

                changed = WhenStreamsChangeAsync();
            }
        }
    }

    private void ThrowIfAway()
    {
        if (!_isAvailable)
        {
            throw new RedisUnavailableException();
        }
    }
}
