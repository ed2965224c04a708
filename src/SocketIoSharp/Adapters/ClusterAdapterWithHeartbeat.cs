using System.Collections.Concurrent;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>How servers of a cluster notice each other.</summary>
/// <remarks>Node: <c>ClusterAdapterOptions</c>.</remarks>
public sealed class ClusterHeartbeatOptions
{
    /// <summary>After how much silence a server says that it is alive.</summary>
    /// <remarks>Node: <c>heartbeatInterval</c>.</remarks>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After how much silence of another server it counts as gone.</summary>
    /// <remarks>Node: <c>heartbeatTimeout</c>.</remarks>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>The base of cluster adapters whose medium cannot tell how many servers there are: they tell each other that they are alive.</summary>
/// <remarks>Node: <c>ClusterAdapterWithHeartbeat</c>.</remarks>
public abstract class ClusterAdapterWithHeartbeat : ClusterAdapter
{
    // Names are cheap to make up for whoever can write to the medium.
    private const int MaxServers = 4_096;

    private static readonly TimeSpan s_checkInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, long> _lastHeard = new(StringComparer.Ordinal);
    private readonly TimeSpan _interval;
    private readonly TimeSpan _timeout;
    private readonly Pulse _pulse;
    private long _lastPublished;
    private volatile bool _isClosed;

    /// <summary>Creates the adapter with Node's times.</summary>
    /// <param name="context">What it is made for.</param>
    protected ClusterAdapterWithHeartbeat(AdapterContext context)
        : this(context, new ClusterHeartbeatOptions())
    {
    }

    /// <summary>Creates the adapter.</summary>
    /// <param name="context">What it is made for.</param>
    /// <param name="options">How servers notice each other; all servers should have the same.</param>
    protected ClusterAdapterWithHeartbeat(AdapterContext context, ClusterHeartbeatOptions options)
        : base(context)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Interval <= TimeSpan.Zero || options.Timeout < options.Interval)
        {
            throw new ArgumentException($"{nameof(options.Interval)} must be longer than zero, and {nameof(options.Timeout)} not shorter than it.", nameof(options));
        }

        _interval = options.Interval;
        _timeout = options.Timeout;
        _pulse = new Pulse(this);
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await TryPublishAsync(new InitialHeartbeatMessage { Uid = Uid, Namespace = Namespace.Name });
        SchedulePulse();
    }

    /// <inheritdoc/>
    public override async Task CloseAsync(CancellationToken cancellationToken)
    {
        _isClosed = true;
        Clock.Cancel(_pulse);
        await TryPublishAsync(new AdapterCloseMessage { Uid = Uid, Namespace = Namespace.Name });
        await base.CloseAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<int> GetServerCountAsync(CancellationToken cancellationToken) => Task.FromResult(_lastHeard.Count + 1);

    private protected override IReadOnlyCollection<string> GetOtherServers() => [.. _lastHeard.Keys];

    private protected override void OnPublishing() => Volatile.Write(ref _lastPublished, Context.Time.GetTimestamp());

    private protected override void OnHeard(ClusterMessage message)
    {
        if (message is AdapterCloseMessage)
        {
            Remove(message.Uid);
            return;
        }

        if (!string.Equals(message.Uid, Uid, StringComparison.Ordinal) && !string.Equals(message.Uid, EmitterUid, StringComparison.Ordinal)
            && (_lastHeard.Count < MaxServers || _lastHeard.ContainsKey(message.Uid)))
        {
            _lastHeard[message.Uid] = Context.Time.GetTimestamp();
        }

        if (message is InitialHeartbeatMessage)
        {
            _ = TryPublishAsync(new HeartbeatMessage { Uid = Uid, Namespace = Namespace.Name });
        }
    }

    private void Remove(string uid)
    {
        if (_lastHeard.TryRemove(uid, out _))
        {
            OnServerGone(uid);
        }
    }

    private void OnPulse()
    {
        foreach (var (uid, timestamp) in _lastHeard)
        {
            if (Context.Time.GetElapsedTime(timestamp) > _timeout)
            {
                Remove(uid);
            }
        }

        if (GetSilence() >= _interval && !_isClosed)
        {
            _ = TryPublishAsync(new HeartbeatMessage { Uid = Uid, Namespace = Namespace.Name });
        }

        SchedulePulse();
    }

    private TimeSpan GetSilence() => Context.Time.GetElapsedTime(Volatile.Read(ref _lastPublished));

    private void SchedulePulse()
    {
        var untilHeartbeat = _interval - GetSilence();
        var delay = untilHeartbeat < s_checkInterval ? untilHeartbeat : s_checkInterval;
        Clock.Schedule(_pulse, delay > TimeSpan.Zero ? delay : TimeSpan.FromMilliseconds(1), s_checkInterval);
        if (_isClosed)
        {
            Clock.Cancel(_pulse);
        }
    }

    /// <summary>Looks after the other servers and tells them of this one.</summary>
    private sealed class Pulse(ClusterAdapterWithHeartbeat owner) : ClockEntry
    {
        protected internal override void OnDue() => owner.OnPulse();
    }
}
