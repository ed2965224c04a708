using System.Collections.Concurrent;
using System.Security.Cryptography;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>The questions of one adapter that wait for answers. Each leaves when it is answered or its time is up.</summary>
internal sealed class ClusterRequestTable(EngineIOClock clock)
{
    /// <summary>How many questions may wait at once.</summary>
    public const int MaxPending = 10_000;

    private const int IdBytes = 8;

    private readonly ConcurrentDictionary<string, ClusterRequest> _requests = new(StringComparer.Ordinal);
    private Action? _whileWaiting;
    private TimeSpan _interval;
    private Pulse? _pulse;
    private int _count;
    private bool _isClosed;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<ClusterRequest> All => _requests.Values;

    /// <summary>Calls something again and again while anything waits that long.</summary>
    public void WhileWaiting(TimeSpan interval, Action action)
    {
        _interval = interval;
        _whileWaiting = action;
        _pulse = new Pulse(this);
    }

    public static string CreateId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));

    public void Add(ClusterRequest request, TimeSpan timeout)
    {
        if (Interlocked.Increment(ref _count) > MaxPending)
        {
            Interlocked.Decrement(ref _count);
            throw new InvalidOperationException($"{MaxPending} requests wait for the answers of other servers already. Are the other servers alive?");
        }

        _requests[request.Id] = request;
        clock.Schedule(request, timeout, timeout);
        if (_pulse is { } pulse && pulse.TryBegin())
        {
            clock.Schedule(pulse, _interval, _interval);
        }

        if (Volatile.Read(ref _isClosed))
        {
            request.OnClosed();
        }
    }

    public T? Find<T>(string id)
        where T : ClusterRequest
        => _requests.TryGetValue(id, out var request) ? request as T : null;

    public void Remove(ClusterRequest request)
    {
        if (_requests.TryRemove(request.Id, out _))
        {
            Interlocked.Decrement(ref _count);
            clock.Cancel(request);
        }
    }

    public void OnServerGone(string uid)
    {
        foreach (var (_, request) in _requests)
        {
            request.OnServerGone(uid);
        }
    }

    private void Reschedule(Pulse pulse) => clock.Schedule(pulse, _interval, _interval);

    /// <summary>Ends what waits, and everything that is added later.</summary>
    public void Close()
    {
        Volatile.Write(ref _isClosed, true);
        foreach (var (_, request) in _requests)
        {
            request.OnClosed();
        }
    }

    private sealed class Pulse(ClusterRequestTable owner) : ClockEntry
    {
        private int _isRunning;

        public bool TryBegin() => Interlocked.Exchange(ref _isRunning, 1) == 0;

        protected internal override void OnDue()
        {
            Volatile.Write(ref _isRunning, 0);
            if (owner.Count > 0 && TryBegin())
            {
                owner._whileWaiting!();
                owner.Reschedule(this);
            }
        }
    }
}
