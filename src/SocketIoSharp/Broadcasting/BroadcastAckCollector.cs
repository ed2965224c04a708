using System.Diagnostics.CodeAnalysis;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// Collects the answers to a broadcast: complete when all servers have said how many clients they sent it to and all of those
/// have answered or gone; ends without some of them at the deadline.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The source has no timer and is never linked; adapters may hold its token a little longer.")]
internal sealed class BroadcastAckCollector<T>(SocketIOServer server, string metricsName, TimeSpan timeout) : ClockEntry, IBroadcastAckSink
{
    private readonly TaskCompletionSource<BroadcastAcks<T>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly List<T> _responses = [];
    private readonly long _startTimestamp = server.Clock.Time.GetTimestamp();
    private CancellationTokenRegistration _registration;
    private int _expectedServers = int.MaxValue;
    private int _goneServers;
    private bool _isUnpublished;
    private IReadOnlyList<SocketNamespace> _targets = [];
    private Recount? _recount;
    private int _servers;
    private int _clients;
    private int _missing;
    private bool _isEnded;

    public Task<BroadcastAcks<T>> Task => _result.Task;

    public void Start(IReadOnlyList<SocketNamespace> targets, EncodedPacket packet, BroadcastOptions options, CancellationToken cancellationToken)
    {
        _targets = targets;
        server.Clock.Schedule(this, timeout, timeout);
        var sending = new List<Task>(targets.Count);
        foreach (var target in targets)
        {
            server.Metrics.Broadcast(target.MetricsName);
            var copy = packet.Namespace == target.Name ? packet : packet.WithNamespace(target.Name);
            sending.Add(target.Adapter.BroadcastWithAckAsync(copy, options, this, _ended.Token));
        }

        _ = ExpectServersAsync(targets, options, sending);
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((BroadcastAckCollector<T>)state!).OnCanceled(token),
                this);
            if (_result.Task.IsCompleted)
            {
                _registration.Unregister();
            }
        }
    }

    public void OnClientCount(int count)
    {
        lock (_gate)
        {
            _servers++;
            _clients += Math.Max(0, count);
        }

        CompleteIfDone();
    }

    public void OnResponse(EventArgument? response)
    {
        try
        {
            var value = response is null ? ArgumentReader.Missing<T>(0) : response.Get<T>();
            lock (_gate)
            {
                if (!_isEnded)
                {
                    _responses.Add(value);
                }
            }
        }
        catch (Exception)
        {
            // An answer that cannot be read is as good as none, whatever a converter of the application throws about it.
            OnMissing();
            return;
        }

        server.Metrics.AckReceived(metricsName, server.Clock.Time.GetElapsedTime(_startTimestamp), null);
        CompleteIfDone();
    }

    public void OnUnpublished()
    {
        lock (_gate)
        {
            _isUnpublished = true;
        }

        CompleteIfDone();
    }

    public void OnClosed() => TryEndEarly();

    public void OnMissing()
    {
        lock (_gate)
        {
            _missing++;
        }

        CompleteIfDone();
    }

    protected internal override void OnDue()
    {
        if (TryEndEarly())
        {
            server.Metrics.AckReceived(metricsName, timeout, "timeout");
        }
    }

    /// <summary>Gives what has come.</summary>
    private bool TryEndEarly()
    {
        if (!TryEnd())
        {
            return false;
        }

        var missingServers = _expectedServers == int.MaxValue ? 0 : Math.Max(0, _expectedServers - _servers);
        _result.TrySetResult(new BroadcastAcks<T>(_responses, isComplete: false, missingServers + _goneServers));
        return true;
    }

    private async Task ExpectServersAsync(IReadOnlyList<SocketNamespace> targets, BroadcastOptions options, List<Task> sending)
    {
        try
        {
            var expected = 0;
            foreach (var target in targets)
            {
                expected += options.IsLocal ? 1 : await target.Adapter.GetServerCountAsync(_ended.Token);
            }

            await System.Threading.Tasks.Task.WhenAll(sending);
            lock (_gate)
            {
                _expectedServers = expected;
            }

            CompleteIfDone();
            if (!options.IsLocal)
            {
                ScheduleRecount();
            }
        }
        catch (Exception exception)
        {
            if (TryEnd())
            {
                _result.TrySetException(exception);
            }
        }
    }

    private void OnCanceled(CancellationToken token)
    {
        if (TryEnd())
        {
            _result.TrySetCanceled(token);
        }
    }

    private void CompleteIfDone()
    {
        bool isComplete;
        lock (_gate)
        {
            if (_responses.Count + _missing < _clients)
            {
                return;
            }

            if (_isUnpublished && _expectedServers != int.MaxValue && _servers >= _targets.Count && _servers < _expectedServers)
            {
                _goneServers += _expectedServers - _servers;
                _expectedServers = _servers;
            }

            if (_servers < _expectedServers)
            {
                return;
            }

            isComplete = _missing == 0 && _goneServers == 0;
        }

        if (TryEnd())
        {
            _result.TrySetResult(new BroadcastAcks<T>(_responses, isComplete, _goneServers));
        }
    }

    /// <summary>A server that has crashed will not answer; the medium may know that there are fewer.</summary>
    private void ScheduleRecount()
    {
        TimeSpan? interval = null;
        foreach (var target in _targets)
        {
            interval = target.Adapter.RecountInterval is { } own && !(own > interval) ? own : interval;
        }

        if (interval is not { } delay)
        {
            return;
        }

        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _recount ??= new Recount(this);
            server.Clock.Schedule(_recount, delay, delay);
        }
    }

    private async Task RecountAsync(Recount recount)
    {
        try
        {
            var count = 0;
            foreach (var target in _targets)
            {
                count += await target.Adapter.GetServerCountAsync(_ended.Token);
            }

            lock (_gate)
            {
                // Twice in turn: whoever is slow, but there, has had the time in between.
                if (count < _expectedServers && recount.LastCount <= count && _servers >= count)
                {
                    _goneServers += _expectedServers - count;
                    _expectedServers = count;
                }

                recount.LastCount = count;
            }

            CompleteIfDone();
        }
        catch (Exception)
        {
            // The medium is away, or the wait is over; the deadline stands.
        }

        ScheduleRecount();
    }

    private bool TryEnd()
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                return false;
            }

            _isEnded = true;
            if (_recount is not null)
            {
                server.Clock.Cancel(_recount);
            }
        }

        server.Clock.Cancel(this);
        _registration.Unregister();
        _ended.Cancel();
        return true;
    }

    /// <summary>Looks how many servers there still are.</summary>
    private sealed class Recount(BroadcastAckCollector<T> owner) : ClockEntry
    {
        public int LastCount { get; set; } = int.MaxValue;

        protected internal override void OnDue() => _ = owner.RecountAsync(this);
    }
}
