namespace SocketIoSharp;

/// <summary>A broadcast with modifiers; immutable.</summary>
internal sealed class BroadcastOperator(Broadcaster source, BroadcastOptions options) : Broadcaster
{
    protected internal override IReadOnlyList<SocketNamespace> Targets => source.Targets;

    protected override BroadcastOptions Selection => options;

    public override Task<IReadOnlyList<IRemoteSocket>> FetchSocketsAsync(CancellationToken cancellationToken = default)
        => source is DynamicNamespace dynamic ? dynamic.FetchSocketsAsync(cancellationToken) : base.FetchSocketsAsync(cancellationToken);

    protected override IBroadcaster With(BroadcastOptions changed) => new BroadcastOperator(source, changed);
}
