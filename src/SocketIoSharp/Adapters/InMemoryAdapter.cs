namespace SocketIoSharp;

/// <summary>Keeps everything in this process: the adapter of a single server, with connection state recovery when that is on.</summary>
/// <remarks>Node: the adapter that is used by default, and <c>SessionAwareAdapter</c>.</remarks>
internal sealed class InMemoryAdapter : Adapter
{
    // Null when recovery is off: then nothing is numbered, kept or locked.
    private readonly SessionRecoveryStore? _recovery;

    public InMemoryAdapter(AdapterContext context)
        : base(context)
    {
        var server = (SocketIOServer)context.Namespace.Server;
        if (server.RecoveryBudget is { } budget)
        {
            _recovery = new SessionRecoveryStore(budget, packet => packet.GetMessage(server.Parser), BroadcastToLocal);
        }
    }

    public override bool CanRecover => _recovery is not null;

    public override string? CurrentOffset => _recovery?.CurrentOffset;

    public override Task CloseAsync(CancellationToken cancellationToken)
    {
        _recovery?.Close();
        return Task.CompletedTask;
    }

    public override Task BroadcastAsync(EncodedPacket packet, BroadcastOptions options)
    {
        ArgumentNullException.ThrowIfNull(packet);
        ArgumentNullException.ThrowIfNull(options);

        // An event that asks for an answer ends, for the client, with the function that answers: never taken for an offset.
        if (_recovery is null || packet.Id is not null || (options.IsVolatile && !SessionRecoveryStore.EndsWithText(packet)))
        {
            BroadcastToLocal(packet, options);
        }
        else
        {
            _recovery.Broadcast(packet, options);
        }

        return Task.CompletedTask;
    }

    public override Task PersistSessionAsync(RecoverySession session)
    {
        _recovery?.Persist(session);
        return Task.CompletedTask;
    }

    public override Task<RecoverySession?> FindSessionAsync(string privateId, string? offset, CancellationToken cancellationToken)
        => Task.FromResult(_recovery?.Find(privateId, offset));

    public override Task<bool> ResumeAsync(
        RecoverySession session, string? offset, Action<IReadOnlyList<EncodedPacket>> attach, CancellationToken cancellationToken)
        => Task.FromResult(_recovery is not null && _recovery.Resume(session, offset, attach));
}
