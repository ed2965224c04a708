using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>
/// The subscriptions for rooms. Rooms come and go faster than Redis answers, and news of it may arrive in any order: each
/// piece of news only makes the room be looked at again, one look at a time, until what is subscribed to is what there is.
/// </summary>
internal sealed partial class RoomSubscriptions(
    Func<string, bool> exists,
    Func<string, RedisSubscription> create,
    Func<RedisSubscription, Task> subscribe,
    Func<RedisSubscription, Task> unsubscribe,
    ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RoomState> _rooms = new(StringComparer.Ordinal);

    /// <summary>How many rooms are subscribed to, or about to be.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _rooms.Count;
            }
        }
    }

    /// <summary>A room may have come or gone.</summary>
    public void Touch(string room)
    {
        RoomState state;
        lock (_gate)
        {
            if (!_rooms.TryGetValue(room, out state!))
            {
                _rooms.Add(room, state = new RoomState());
            }

            state.MustLook = true;
            state.Touched.TrySetResult();
            if (state.IsSettling)
            {
                return;
            }

            state.IsSettling = true;
            state.Settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _ = SettleAsync(room, state);
    }

    /// <summary>Complete when all of these rooms are as they should be.</summary>
    public Task WhenSettledAsync(IReadOnlyCollection<string> rooms)
    {
        List<Task>? settling = null;
        lock (_gate)
        {
            foreach (var room in rooms)
            {
                if (_rooms.TryGetValue(room, out var state) && state.IsSettling)
                {
                    (settling ??= []).Add(state.Settled.Task);
                }
            }
        }

        return settling is null ? Task.CompletedTask : Task.WhenAll(settling);
    }

    private async Task SettleAsync(string room, RoomState state)
    {
        while (true)
        {
            lock (_gate)
            {
                if (!state.MustLook)
                {
                    state.IsSettling = false;
                    if (state.Subscription is null)
                    {
                        _rooms.Remove(room);
                    }

                    state.Settled.TrySetResult();
                    return;
                }

                state.MustLook = false;
                state.Touched = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            try
            {
                await LookAsync(room, state);
            }
            catch (Exception exception)
            {
                Log.SubscribingFailed(logger, exception);
            }
        }
    }

    private async Task LookAsync(string room, RoomState state)
    {
        var isWanted = exists(room);
        if (isWanted && state.Subscription is null)
        {
            state.Subscription = create(room);
            state.Subscribing = subscribe(state.Subscription);
        }
        else if (!isWanted && state.Subscription is { } subscription)
        {
            Abandon(state.Subscribing);
            state.Subscription = null;
            state.Subscribing = Task.CompletedTask;
            await unsubscribe(subscription);
            return;
        }

        // While Redis is away this takes until it is back. Rooms that come and go meanwhile must not pile up.
        await Task.WhenAny(state.Subscribing, state.Touched.Task);
        if (state.Subscribing.IsCompleted)
        {
            await state.Subscribing;
        }
    }

    /// <summary>Nobody waits for it any more; its failure is no news.</summary>
    private static void Abandon(Task subscribing)
        => _ = subscribing.ContinueWith(
            static task => task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Subscribing to the channel of a room, or ending that, failed.", EventName = nameof(SubscribingFailed))]
        public static partial void SubscribingFailed(ILogger logger, Exception exception);
    }

    /// <summary>One room. The subscription belongs to the one who settles.</summary>
    private sealed class RoomState
    {
        public RedisSubscription? Subscription { get; set; }

        public Task Subscribing { get; set; } = Task.CompletedTask;

        /// <summary>Complete when the room must be looked at again.</summary>
        public TaskCompletionSource Touched { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool MustLook { get; set; }

        public bool IsSettling { get; set; }

        public TaskCompletionSource Settled { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
