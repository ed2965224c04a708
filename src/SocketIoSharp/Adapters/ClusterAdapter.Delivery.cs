namespace SocketIoSharp;

/// <summary>Events on their way to this server's clients.</summary>
public abstract partial class ClusterAdapter
{
    private readonly Lock _delivery = new();
    private string? _currentOffset;

    /// <inheritdoc/>
    public override string? CurrentOffset => Volatile.Read(ref _currentOffset);

    /// <summary>The place in the log at which this server begins: clients that connect before the first event stand there.</summary>
    private protected void BeginAt(string offset) => Interlocked.CompareExchange(ref _currentOffset, offset, null);

    /// <summary>Runs something while no event with an offset is being delivered: a client is brought back without a gap.</summary>
    /// <param name="action">What to run; it must not wait for anything.</param>
    protected void DeliverNothingWhile(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        lock (_delivery)
        {
            action();
        }
    }

    /// <summary>
    /// Sends an event to this server's clients. Its offset, when it has one, goes behind its arguments; without one, the newest
    /// offset goes behind a text, which clients would otherwise take for an offset.
    /// </summary>
    private protected void Deliver(EncodedPacket packet, BroadcastOptions options, string? offset)
    {
        if (packet.Id is not null || _server.Options.ConnectionStateRecovery is null)
        {
            BroadcastToLocal(packet, options);
            return;
        }

        var isNumbered = offset is not null && !options.IsVolatile;
        if (!isNumbered && (CurrentOffset is null || !SessionRecoveryStore.EndsWithText(packet)))
        {
            BroadcastToLocal(packet, options);
            return;
        }

        lock (_delivery)
        {
            BroadcastToLocal(packet.WithLastArgument(isNumbered ? offset! : CurrentOffset!), options);
            if (isNumbered)
            {
                Volatile.Write(ref _currentOffset, offset);
            }
        }
    }
}
