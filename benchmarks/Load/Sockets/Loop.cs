using System.Runtime.InteropServices;
using SocketIoSharp.BenchmarkLoad.Measuring;

namespace SocketIoSharp.BenchmarkLoad.Sockets;

/// <summary>Something that wants to act at certain times, while the loop runs.</summary>
internal interface ITimed
{
    long NextAt { get; }

    void OnTime(long now);
}

/// <summary>
/// The one thread: reads what arrived, sends what was written. Connections with priority are looked at between any two small
/// batches of the others, so that their times are right although thousands of others are waiting.
/// </summary>
internal sealed class Loop : IDisposable
{
    private const int Batch = 64;
    private const ulong PriorityToken = ulong.MaxValue;
    private readonly Epoll _epoll = new(Batch);
    private readonly Epoll _priority = new(Batch);
    private readonly List<Connection> _connections = [];
    private readonly List<Connection> _written = [];
    private bool _hasPriority;
    private uint _nextSource;

    public Loop() => _ = Native.ProcessControl(Native.SetTimerSlack, 1);

    public required int Port { get; init; }

    public required int SourceAddresses { get; init; }

    /// <summary>Where every connection receives; what it cannot use yet it keeps for itself.</summary>
    public byte[] ReceiveBuffer { get; } = GC.AllocateUninitializedArray<byte>(512 * 1024, pinned: true);

    public ITimed? Timed { get; set; }

    public uint NextSource() => _nextSource++ % (uint)SourceAddresses;

    public int Register(Connection connection)
    {
        _connections.Add(connection);
        return _connections.Count - 1;
    }

    public Epoll EpollFor(bool isPriority)
    {
        if (isPriority && !_hasPriority)
        {
            _epoll.Add(_priority.Descriptor, Epoll.Readable, PriorityToken);
            _hasPriority = true;
        }

        return isPriority ? _priority : _epoll;
    }

    /// <summary>What was written goes out when the data that is being read has been handled.</summary>
    public void FlushLater(Connection connection) => _written.Add(connection);

    public void RunFor(double seconds) => RunUntil(Clock.Now + Clock.FromSeconds(seconds));

    /// <summary>Whether the condition came true before the time was over.</summary>
    public bool RunUntil(long deadline, Func<bool>? isDone = null)
    {
        Flush();
        while (isDone?.Invoke() != true)
        {
            var now = Clock.Now;
            if (Timed is { } timed && now >= timed.NextAt)
            {
                timed.OnTime(now);
                Flush();
            }

            if (now >= deadline)
            {
                return false;
            }

            var urgent = _hasPriority ? _priority.Wait(0) : 0;
            Handle(_priority, urgent);
            // What was urgent may have been the last thing to wait for.
            var until = urgent > 0 ? 0 : Timed is null ? deadline : Math.Min(deadline, Timed.NextAt);
            Handle(_epoll, _epoll.Wait(until - Clock.Now));
        }

        return true;
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Close();
        }

        _epoll.Dispose();
        _priority.Dispose();
    }

    private void Handle(Epoll epoll, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (events, token) = epoll[i];
            if (token != PriorityToken)
            {
                _connections[(int)(uint)token].OnEvents(events, (uint)(token >> 32));
                Flush();
            }
        }
    }

    private void Flush()
    {
        foreach (var connection in CollectionsMarshal.AsSpan(_written))
        {
            connection.Flush();
        }

        _written.Clear();
    }
}
