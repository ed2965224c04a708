namespace SocketIoSharp;

/// <summary>
/// A bus over a client library: one loop connects, subscribes, probes, and throws away a connection with the first sign of its
/// loss, to make a new one; the library's own repairs, and what it keeps for later meanwhile, do not matter. The loop alone owns
/// the connection and changes the state; publishing and commands only borrow it.
/// </summary>
/// <remarks>
/// Times: a connection that is gone without a sign is noticed after at most <see cref="ProbeInterval"/> and
/// <see cref="ProbeTimeout"/>, five seconds together; a command is given up after <see cref="CommandTimeout"/>. A new connection
/// is tried at once, then after a quarter of a second, and at the latest every second.
/// </remarks>
internal sealed partial class SupervisedRedisBus : IRedisBus
{
    internal static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(3);
    internal static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan SubscribeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    // A connection that lived as long as this was a good one.
    private static readonly TimeSpan s_goodLife = TimeSpan.FromSeconds(5);

    // What a message takes besides its bytes, about.
    private const int Overhead = 256;

    private readonly IRedisDriver _driver;
    private readonly RedisBusContext _context;
    private readonly RedisSubscriptionTable _subscriptions;
    private readonly RedisInbox _inbox;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private Connection? _current;
    private long _bytesInFlight;
    private int _isDisposed;

    public SupervisedRedisBus(IRedisDriver driver, RedisBusContext context)
    {
        _driver = driver;
        _context = context;
        _subscriptions = new RedisSubscriptionTable(context.Logger);
        _inbox = new RedisInbox(context);
        State = new RedisBusState(context.Logger, context.Metrics, context.Time);
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            _running = RunAsync();
        }
    }

    public RedisBusState State { get; }

    /// <summary>How many bytes may be on their way to Redis: it does not read when there are more, and they would only take memory.</summary>
    internal long MaxBytesInFlight { get; init; } = 64 * 1024 * 1024;

    public bool SupportsShardedChannels(out string? reason) => _driver.SupportsShardedChannels(out reason);

    public Task PublishAsync(string channel, ReadOnlyMemory<byte> message, bool isSharded)
    {
        if (Volatile.Read(ref _current) is not { } connection)
        {
            return Task.FromException(new RedisUnavailableException());
        }

        if (isSharded && !_driver.SupportsShardedChannels(out var reason))
        {
            return Task.FromException(new NotSupportedException(reason));
        }

        return PublishAsync(connection, channel, message, isSharded);
    }

    public async Task SubscribeAsync(RedisSubscription subscription, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        if (subscription.Kind is RedisChannelKind.Sharded && !_driver.SupportsShardedChannels(out var reason))
        {
            throw new NotSupportedException(reason);
        }

        // Whoever stops waiting has subscribed all the same.
        await _subscriptions.Add(subscription).Confirmed.Task.WaitAsync(cancellationToken);
        await State.WhenUpAsync(cancellationToken);
    }

    public async Task UnsubscribeAsync(RedisSubscription subscription)
    {
        // Asked for first: a connection that is made afterwards never has the subscription.
        var connection = Volatile.Read(ref _current);
        if (_subscriptions.Remove(subscription) is { } left && connection is not null)
        {
            // With its connection, a subscription is gone too.
            await Task.WhenAny(left.Left.Task, connection.Loss.WhenSet);
        }
    }

    public Task<int> CountSubscribersAsync(string channel, bool isSharded, CancellationToken cancellationToken)
        => BorrowAsync(connection => connection.Link.CountSubscribersAsync(channel, isSharded), cancellationToken);

    public async Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        var size = Overhead;
        foreach (var argument in arguments.Span)
        {
            size += argument.Bytes.Length;
        }

        Reserve(size);
        try
        {
            return await BorrowAsync(connection => connection.Link.ExecuteAsync(command, arguments), cancellationToken);
        }
        finally
        {
            Interlocked.Add(ref _bytesInFlight, -size);
        }
    }

    public IRedisReader CreateReader() => new SupervisedRedisReader(_driver, _context.Time);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            State.Close();
            await _stopping.CancelAsync();
            _subscriptions.Clear(new ObjectDisposedException(nameof(IRedisBus)));
        }

        await _running;
    }

    private async Task PublishAsync(Connection connection, string channel, ReadOnlyMemory<byte> message, bool isSharded)
    {
        var size = message.Length + Overhead;
        Task? publishing = null;
        Reserve(size);
        try
        {
            publishing = connection.Link.PublishAsync(channel, message, isSharded);
            await publishing.WaitAsync(connection.Loss.Token);
        }
        catch (TimeoutException exception)
        {
            throw new RedisUnavailableException("Redis did not answer in time.", exception);
        }
        catch (Exception exception) when (publishing is not null && connection.Loss.IsReasonOf(exception))
        {
            throw connection.Loss.Explain(exception);
        }
        finally
        {
            Interlocked.Add(ref _bytesInFlight, -size);
            RedisConnectionLoss.Observe(publishing);
        }
    }

    private void Reserve(int size)
    {
        var inFlight = Interlocked.Add(ref _bytesInFlight, size);
        if (inFlight > MaxBytesInFlight && inFlight > size)
        {
            Interlocked.Add(ref _bytesInFlight, -size);
            throw new RedisUnavailableException("Redis does not keep up: too many bytes are on their way to it.");
        }
    }

    private async Task<T> BorrowAsync<T>(Func<Connection, Task<T>> use, CancellationToken cancellationToken)
    {
        var connection = Volatile.Read(ref _current) ?? throw new RedisUnavailableException();
        try
        {
            return await connection.Loss.WaitAsync(use(connection), CommandTimeout, _context.Time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new RedisUnavailableException($"Redis did not answer within {CommandTimeout.TotalSeconds} seconds.", exception);
        }
    }

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var pause = TimeSpan.Zero;
        while (!_stopping.IsCancellationRequested)
        {
            var since = _context.Time.GetTimestamp();
            await ConnectAndServeAsync();
            pause = _context.Time.GetElapsedTime(since) >= s_goodLife ? TimeSpan.Zero
                : pause == TimeSpan.Zero ? s_shortestPause
                : pause + pause < s_longestPause ? pause + pause
                : s_longestPause;
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _context.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ConnectAndServeAsync()
    {
        var loss = new RedisConnectionLoss(_driver);
        IRedisLink? link = null;
        try
        {
            link = await _driver.ConnectAsync(loss.Set, _stopping.Token);
            await ServeAsync(new Connection(link, loss));
        }
#pragma warning disable CA1031 // Whatever the reason: there is no connection now, and there is to be one.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            loss.Set(exception.Message);
            if (!_stopping.IsCancellationRequested && !State.IsUp)
            {
                LogFailure(exception);
            }
        }
        finally
        {
            loss.Set("the server stops");
            Volatile.Write(ref _current, null);
            State.SetDown(loss.Reason);
            if (link is not null)
            {
                await CloseAsync(link);
            }
        }
    }

    /// <summary>Subscribes to everything, and keeps to that until the connection is lost.</summary>
    private async Task ServeAsync(Connection connection)
    {
        using var stop = _stopping.Token.Register(static loss => ((RedisConnectionLoss)loss!).Set("the server stops"), connection.Loss);
        connection.Loss.OnSet = () => Interlocked.CompareExchange(ref _current, null, connection);
        await ProbeAsync(connection);
        var probeDue = Task.Delay(ProbeInterval, _context.Time, connection.Loss.Token);
        while (!connection.Loss.IsSet)
        {
            var (entries, changed) = _subscriptions.Snapshot();
            await ReconcileAsync(connection, entries);
            if (changed.IsCompleted)
            {
                continue;
            }

            if (!State.IsUp)
            {
                SetUp(connection);
            }

            await Task.WhenAny(changed, probeDue, connection.Loss.WhenSet);
            if (probeDue.IsCompletedSuccessfully)
            {
                await ProbeAsync(connection);
                probeDue = Task.Delay(ProbeInterval, _context.Time, connection.Loss.Token);
            }
        }
    }

    private void SetUp(Connection connection)
    {
        _lastFailure = null;
        Volatile.Write(ref _current, connection);
        if (connection.Loss.IsSet)
        {
            Interlocked.CompareExchange(ref _current, null, connection);
            return;
        }

        State.SetUp();
    }

    /// <summary>Brings the subscriptions of the connection to what they should be; complete when Redis has confirmed all of them.</summary>
    private async Task ReconcileAsync(Connection connection, IReadOnlyList<RedisSubscriptionTable.Entry> wanted)
    {
        var tasks = new List<Task>();
        var keep = wanted.ToHashSet();
        foreach (var entry in connection.Subscribed.Where(entry => !keep.Contains(entry)).ToArray())
        {
            connection.Subscribed.Remove(entry);
            tasks.Add(LeaveAsync(connection, entry));
        }

        foreach (var entry in wanted)
        {
            if (connection.Subscribed.Add(entry))
            {
                tasks.Add(JoinAsync(connection, entry));
            }
        }

        if (tasks.Count > 0)
        {
            await connection.Loss.WaitAsync(Task.WhenAll(tasks), SubscribeTimeout, _context.Time, CancellationToken.None);
        }
    }

    private async Task JoinAsync(Connection connection, RedisSubscriptionTable.Entry entry)
    {
        try
        {
            Action<string, ReadOnlyMemory<byte>> deliver = (channel, message) => _subscriptions.Deliver(entry, channel, message);
            await connection.Link.SubscribeAsync(entry.Channel, entry.Kind, (channel, message) =>
            {
                // What a lost connection still holds is older than what its successor brings.
                if (!connection.Loss.IsSet && !RedisSubscriptionTable.PassesOver(entry, message))
                {
                    _inbox.Post(deliver, channel, message);
                }
            });
            entry.Confirmed.TrySetResult();
        }
        catch (Exception exception) when (!entry.Confirmed.Task.IsCompleted && _driver.Translate(exception) is RedisCommandException)
        {
            // Refused the first time: whoever asked for it is to know. Later it would be a reason not to be up.
            connection.Subscribed.Remove(entry);
            _subscriptions.Refuse(entry, _driver.Translate(exception)!);
        }
    }

    private static async Task LeaveAsync(Connection connection, RedisSubscriptionTable.Entry entry)
    {
        await connection.Link.UnsubscribeAsync(entry.Channel, entry.Kind);
        entry.Left.TrySetResult();
    }

    private async Task ProbeAsync(Connection connection)
    {
        try
        {
            await connection.Loss.WaitAsync(connection.Link.PingAsync(), ProbeTimeout, _context.Time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            connection.Loss.Set($"no answer within {ProbeTimeout.TotalSeconds} seconds");
        }
    }

    private async Task CloseAsync(IRedisLink link)
    {
        try
        {
            await link.DisposeAsync();
        }
#pragma warning disable CA1031 // It was given up anyway.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.CloseFailed(_context.Logger, exception);
        }
    }

    /// <summary>A connection while it lasts.</summary>
    private sealed class Connection(IRedisLink link, RedisConnectionLoss loss)
    {
        public IRedisLink Link => link;

        public RedisConnectionLoss Loss => loss;

        /// <summary>Belongs to the loop.</summary>
        public HashSet<RedisSubscriptionTable.Entry> Subscribed { get; } = [];
    }
}
