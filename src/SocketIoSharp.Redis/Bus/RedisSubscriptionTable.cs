using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>
/// What a bus is to be subscribed to, whatever its connection has of it. Several subscriptions to one channel are one in Redis.
/// Guarded by its lock; messages are handed out without it.
/// </summary>
internal sealed partial class RedisSubscriptionTable(ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Channel, RedisChannelKind Kind), Entry> _entries = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Adds a subscription, once.</summary>
    /// <returns>The channel that is subscribed to.</returns>
    public Entry Add(RedisSubscription subscription)
    {
        lock (_gate)
        {
            var key = (subscription.Channel, subscription.Kind);
            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries.Add(key, entry = new Entry(subscription.Channel, subscription.Kind));
                SignalChange();
            }

            if (!entry.Subscriptions.Contains(subscription))
            {
                entry.Subscriptions = [.. entry.Subscriptions, subscription];
            }

            return entry;
        }
    }

    /// <summary>Removes a subscription.</summary>
    /// <returns>The channel when that was the last subscription to it, and it is to be left.</returns>
    public Entry? Remove(RedisSubscription subscription)
    {
        lock (_gate)
        {
            var key = (subscription.Channel, subscription.Kind);
            if (!_entries.TryGetValue(key, out var entry) || !entry.Subscriptions.Contains(subscription))
            {
                return null;
            }

            entry.Subscriptions = Array.FindAll(entry.Subscriptions, other => other != subscription);
            if (entry.Subscriptions.Length > 0)
            {
                return null;
            }

            _entries.Remove(key);
            SignalChange();
            if (!entry.IsTaken)
            {
                entry.Left.TrySetResult();
            }

            return entry;
        }
    }

    /// <summary>All channels, and a task that is complete when there are others.</summary>
    public (IReadOnlyList<Entry> Entries, Task Changed) Snapshot()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                entry.IsTaken = true;
            }

            return ([.. _entries.Values], _changed.Task);
        }
    }

    /// <summary>Removes a channel that Redis refuses, and all subscriptions to it.</summary>
    public void Refuse(Entry entry, Exception exception)
    {
        lock (_gate)
        {
            _entries.Remove((entry.Channel, entry.Kind));
            entry.Subscriptions = [];
        }

        entry.Confirmed.TrySetException(exception);
        _ = entry.Confirmed.Task.Exception;
    }

    /// <summary>Whether no subscription to the channel has any use for a message.</summary>
    public static bool PassesOver(Entry entry, ReadOnlyMemory<byte> message)
        => entry.Subscriptions is [{ PassesOver: { } passesOver }] && passesOver(message);

    public void Deliver(Entry entry, string channel, ReadOnlyMemory<byte> message)
    {
        foreach (var subscription in entry.Subscriptions)
        {
            // An earlier handler may have ended a later one's subscription.
            if (!entry.Subscriptions.Contains(subscription))
            {
                continue;
            }

            try
            {
                subscription.Handler(channel, message);
            }
#pragma warning disable CA1031 // A message that its handler cannot bear must not end the delivery of the others.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.HandlerFailed(logger, exception);
            }
        }
    }

    public void Clear(Exception reason)
    {
        Entry[] entries;
        lock (_gate)
        {
            entries = [.. _entries.Values];
            _entries.Clear();
        }

        foreach (var entry in entries)
        {
            entry.Subscriptions = [];
            entry.Confirmed.TrySetException(reason);
            entry.Left.TrySetResult();
            _ = entry.Confirmed.Task.Exception;
        }
    }

    private void SignalChange()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>A channel that is subscribed to.</summary>
    internal sealed class Entry(string channel, RedisChannelKind kind)
    {
        private RedisSubscription[] _subscriptions = [];

        public string Channel => channel;

        public RedisChannelKind Kind => kind;

        /// <summary>Replaced under the table's lock, read without it.</summary>
        public RedisSubscription[] Subscriptions
        {
            get => Volatile.Read(ref _subscriptions);
            set => Volatile.Write(ref _subscriptions, value);
        }

        /// <summary>Whether a connection has been told of it. Guarded by the table's lock.</summary>
        public bool IsTaken { get; set; }

        /// <summary>Complete when Redis has confirmed the subscription for the first time.</summary>
        public TaskCompletionSource Confirmed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Complete when no connection has the subscription any more.</summary>
        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A message from Redis could not be handled.", EventName = nameof(HandlerFailed))]
        public static partial void HandlerFailed(ILogger logger, Exception exception);
    }
}
