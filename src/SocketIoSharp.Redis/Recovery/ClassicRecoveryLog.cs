namespace SocketIoSharp;

/// <summary>The log of this namespace, and where this server stands in it. All but the constants is guarded by the delivery.</summary>
internal sealed class ClassicRecoveryLog(string stream, RedisRecovery recovery, OwnEvents own, UnloggedEvents unlogged)
{
    public string Stream => stream;

    /// <summary>Servers that keep the log have subscribed to it, and are counted.</summary>
    public string Channel => stream;

    public RedisRecovery Recovery => recovery;

    public OwnEvents Own => own;

    public PendingTasks Persisting { get; } = new();

    public IDisposable? StateListener { get; set; }

    /// <summary>The place of the newest event that this server's clients have.</summary>
    public StreamId Delivered { get; set; }

    /// <summary>The newest place that was read from the log itself.</summary>
    public StreamId Newest { get; set; }

    /// <summary>Whether events are taken from the log: Redis was away, or a place needs to be looked up.</summary>
    public bool IsCatchingUp { get; set; }

    /// <summary>How often Redis has gone away.</summary>
    public int Outages { get; set; }

    /// <summary>The newest event that came over its channel since the log was asked for.</summary>
    public StreamId PassedOver { get; set; }

    /// <summary>What clients here got that is not in the log.</summary>
    public UnloggedEvents Unlogged => unlogged;

    public bool HasEventSinceGap { get; set; }

    public bool HasMarkedGap { get; set; }
}
