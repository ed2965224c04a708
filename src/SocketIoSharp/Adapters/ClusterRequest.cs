using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>A question to the other servers, until all have answered or its time is up.</summary>
internal abstract class ClusterRequest(ClusterRequestTable table, string id) : ClockEntry
{
    protected Lock Gate { get; } = new();

    public string Id => id;

    /// <summary>A server is not there any more.</summary>
    public abstract void OnServerGone(string uid);

    /// <summary>The cluster has been counted again; so many servers are there beside this one.</summary>
    /// <param name="others">How many.</param>
    /// <param name="isGone">Whether a server that has said something is known to be gone.</param>
    public virtual void OnRecount(int others, Func<string, bool> isGone)
    {
    }

    /// <summary>The servers that have said something.</summary>
    public virtual void AddSpeakers(HashSet<string> uids)
    {
    }

    /// <summary>Nothing that comes later is of interest.</summary>
    public abstract void End();

    protected void Forget() => table.Remove(this);

    protected internal override void OnDue() => End();
}

/// <summary>A question that each server answers once.</summary>
/// <typeparam name="T">What an answer is.</typeparam>
/// <param name="table">Where it is found.</param>
/// <param name="id">Its id.</param>
/// <param name="expected">How many servers are asked.</param>
/// <param name="servers">Which ones, if that is known.</param>
/// <param name="isAnonymous">Whether answers do not say whose they are.</param>
internal sealed class ClusterRequest<T>(ClusterRequestTable table, string id, int expected, IReadOnlyCollection<string>? servers, bool isAnonymous = false)
    : ClusterRequest(table, id)
{
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string>? _missing = servers is null ? null : new HashSet<string>(servers, StringComparer.Ordinal);
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly List<T> _answers = [];
    private int _awaited = expected;
    private int _lastCount = int.MaxValue;

    /// <summary>How many servers were asked.</summary>
    public int Expected { get; } = expected;

    /// <summary>How many of them have not answered.</summary>
    public int Missing => Math.Max(0, Expected - _answers.Count);

    /// <summary>Whether all have answered, or those that have not are gone.</summary>
    public Task<bool> Ended => _ended.Task;

    /// <summary>What has come; complete when <see cref="Ended"/> is.</summary>
    public IReadOnlyList<T> Answers => _answers;

    /// <summary>Takes an answer; false when the server was not asked, has answered before, or it is too late.</summary>
    public bool TryAdd(string uid, T answer)
    {
        bool isDone;
        lock (Gate)
        {
            if (_ended.Task.IsCompleted || (_missing is not null && !_missing.Remove(uid)) || !(isAnonymous || _answered.Add(uid)))
            {
                return false;
            }

            _answers.Add(answer);
            isDone = (_missing?.Count ?? _awaited - _answers.Count) <= 0 && _ended.TrySetResult(true);
        }

        if (isDone)
        {
            Forget();
        }

        return true;
    }

    public override void AddSpeakers(HashSet<string> uids)
    {
        lock (Gate)
        {
            uids.UnionWith(_answered);
        }
    }

    public override void OnServerGone(string uid)
    {
        bool isDone;
        lock (Gate)
        {
            isDone = _missing is not null && _missing.Remove(uid) && _missing.Count == 0 && _ended.TrySetResult(true);
        }

        if (isDone)
        {
            Forget();
        }
    }

    /// <summary>A server that has crashed will not answer. Only the second count in turn ends the wait: a server that is slow, but there, has had the time in between.</summary>
    public override void OnRecount(int others, Func<string, bool> isGone)
    {
        bool isDone;
        lock (Gate)
        {
            isDone = false;
            // One that has answered and crashed afterwards stands for nobody else.
            if (others < _awaited && _lastCount <= others && _answers.Count - _answered.Count(isGone) >= others)
            {
                _awaited = others;
                isDone = _ended.TrySetResult(true);
            }

            _lastCount = others;
        }

        if (isDone)
        {
            Forget();
        }
    }

    /// <summary>There is nobody to ask.</summary>
    public void EndComplete() => _ended.TrySetResult(true);

    public override void End()
    {
        lock (Gate)
        {
            _ended.TrySetResult(false);
        }

        Forget();
    }
}

/// <summary>A broadcast that asks for answers: each server tells how many clients it has reached, and passes on what they say.</summary>
/// <param name="table">Where it is found.</param>
/// <param name="id">Its id.</param>
/// <param name="sink">Receives what comes.</param>
/// <param name="isAnonymous">Whether answers do not say whose they are.</param>
internal sealed class ClusterAckRequest(ClusterRequestTable table, string id, IBroadcastAckSink sink, bool isAnonymous = false) : ClusterRequest(table, id)
{
    // More clients than a cluster can have, so that sums cannot overflow.
    private const int MaxClients = 1_000_000_000;

    // Answers may overtake the count, but not by much.
    private const int MaxEarlyAnswers = 10_000;
    private const int MaxServers = 4_096;

    private readonly Dictionary<string, Tally> _tallies = new(StringComparer.Ordinal);
    private int _clients;
    private int _servers;
    private bool _hasEnded;

    /// <summary>Takes a server's number of clients; false for one that it cannot have.</summary>
    public bool TryCount(string uid, int count)
    {
        lock (Gate)
        {
            if (_hasEnded || count < 0 || count > MaxClients - _clients || GetTally(uid) is not { } tally
                || (isAnonymous ? _servers >= MaxServers : tally.Count is not null))
            {
                return false;
            }

            tally.Count = (tally.Count ?? 0) + count;
            _clients += count;
            _servers++;
        }

        sink.OnClientCount(count);
        return true;
    }

    /// <summary>Takes a client's answer; false when that server has no more clients to answer.</summary>
    public bool TryAnswer(string uid, EventArgument? answer)
    {
        lock (Gate)
        {
            if (_hasEnded || GetTally(uid) is not { } tally || tally.Answers >= (isAnonymous ? _clients + MaxEarlyAnswers : tally.Count ?? MaxEarlyAnswers))
            {
                return false;
            }

            tally.Answers++;
        }

        sink.OnResponse(answer);
        return true;
    }

    public override void AddSpeakers(HashSet<string> uids)
    {
        lock (Gate)
        {
            foreach (var (uid, tally) in _tallies)
            {
                if (tally.Count is { } count && tally.Answers < count)
                {
                    uids.Add(uid);
                }
            }
        }
    }

    /// <summary>The clients of a server that is gone will not answer.</summary>
    public override void OnServerGone(string uid)
    {
        int missing;
        lock (Gate)
        {
            if (_hasEnded || !_tallies.TryGetValue(uid, out var tally) || tally.Count is not { } count || tally.Answers >= count)
            {
                return;
            }

            missing = count - tally.Answers;
            tally.Answers = count;
        }

        for (; missing > 0; missing--)
        {
            sink.OnMissing();
        }
    }

    public override void End()
    {
        lock (Gate)
        {
            _hasEnded = true;
        }

        Forget();
    }

    private Tally? GetTally(string uid)
    {
        if (!_tallies.TryGetValue(uid, out var tally) && _tallies.Count < MaxServers)
        {
            _tallies.Add(uid, tally = new Tally());
        }

        return tally;
    }

    private sealed class Tally
    {
        public int? Count { get; set; }

        public int Answers { get; set; }
    }
}
