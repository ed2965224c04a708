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
    private int _count;
    private bool _isClosed;

    public int Count => Volatile.Read(ref _count);

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
        if (Volatile.Read(ref _isClosed))
        {
            request.End();
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

    /// <summary>Ends what waits, and everything that is added later.</summary>
    public void Close()
    {
        Volatile.Write(ref _isClosed, true);
        foreach (var (_, request) in _requests)
        {
            request.End();
        }
    }
}
