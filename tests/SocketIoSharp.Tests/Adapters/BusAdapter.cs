using System.Collections.Concurrent;
using System.Threading.Channels;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Adapters;

/// <summary>What connects the servers of one process: each receives what the others publish, in order, on a thread of its own.</summary>
internal sealed class ClusterBus
{
    private readonly ConcurrentDictionary<string, IBusMember> _members = new(StringComparer.Ordinal);
    private long _lastOffset;

    /// <summary>Everything that was published, for tests that look at it.</summary>
    public Inbox<ClusterMessage> Published { get; } = new();

    /// <summary>Thrown by whoever publishes.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Whether messages have places in a log, and servers receive their own ones, too.</summary>
    public bool HasOffsets { get; set; }

    /// <summary>Drops answers for which it says so.</summary>
    public Func<ClusterResponse, bool>? Drop { get; set; }

    public void Add(IBusMember member) => _members[member.Uid] = member;

    public void Remove(IBusMember member) => _members.TryRemove(member.Uid, out _);

    public int Count(string namespaceName) => _members.Values.Count(member => member.Namespace.Name == namespaceName);

    public Task PublishAsync(ClusterMessage message)
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        lock (_members)
        {
            Published.Add(message);
            var offset = HasOffsets ? $"{++_lastOffset}-0" : null;
            foreach (var (_, member) in _members)
            {
                // As with a medium that knows neither namespaces nor senders, everything comes back, too.
                member.Enqueue(message, offset);
            }
        }

        return Task.CompletedTask;
    }

    public Task RespondAsync(string uid, ClusterResponse response)
    {
        if (Drop?.Invoke(response) != true && _members.TryGetValue(uid, out var member))
        {
            member.Enqueue(response, null);
        }

        return Task.CompletedTask;
    }
}

/// <summary>An adapter on the bus.</summary>
internal interface IBusMember
{
    string Uid { get; }

    INamespace Namespace { get; }

    void Enqueue(ClusterMessage message, string? offset);
}

/// <summary>Calls one thing after the other, apart from whoever asks for it.</summary>
internal sealed class BusInbox
{
    private readonly Channel<(ClusterMessage Message, string? Offset)> _messages = Channel.CreateUnbounded<(ClusterMessage, string?)>();

    public BusInbox(Action<ClusterMessage, string?> handle) => _ = Task.Run(async () =>
    {
        await foreach (var (message, offset) in _messages.Reader.ReadAllAsync())
        {
            handle(message, offset);
        }
    });

    public void Enqueue(ClusterMessage message, string? offset) => _messages.Writer.TryWrite((message, offset));

    public void Complete() => _messages.Writer.TryComplete();
}

/// <summary>The base of cluster adapters on the bus, which knows how many servers there are.</summary>
internal sealed class BusAdapter : ClusterAdapter, IBusMember
{
    private readonly ClusterBus _bus;
    private readonly BusInbox _inbox;

    public BusAdapter(AdapterContext context, ClusterBus bus)
        : base(context)
    {
        _bus = bus;
        _inbox = new BusInbox(OnMessage);
        bus.Add(this);
    }

    /// <summary>The number of servers that it claims, when it is not that of the bus.</summary>
    public int? ClaimedCount { get; set; }

    /// <summary>The reasons for which messages were dropped.</summary>
    public List<string> Dropped { get; } = [];

    public void Enqueue(ClusterMessage message, string? offset) => _inbox.Enqueue(message, offset);

    /// <summary>A message comes in, on this thread.</summary>
    public void Receive(ClusterMessage message) => OnMessage(message);

    protected override bool ReceivesOwnBroadcasts => _bus.HasOffsets;

    private protected override void OnDropped(string reason) => Dropped.Add(reason);

    public override Task<int> GetServerCountAsync(CancellationToken cancellationToken) => Task.FromResult(ClaimedCount ?? _bus.Count(Namespace.Name));

    public override async Task CloseAsync(CancellationToken cancellationToken)
    {
        _bus.Remove(this);
        _inbox.Complete();
        await base.CloseAsync(cancellationToken);
    }

    protected override Task PublishAsync(ClusterMessage message) => _bus.PublishAsync(message);

    protected override Task PublishResponseAsync(string requesterUid, ClusterResponse response) => _bus.RespondAsync(requesterUid, response);
}

/// <summary>The same with heartbeats: nobody tells how many servers there are.</summary>
internal sealed class HeartbeatBusAdapter : ClusterAdapterWithHeartbeat, IBusMember
{
    private readonly ClusterBus _bus;
    private readonly BusInbox _inbox;

    public HeartbeatBusAdapter(AdapterContext context, ClusterBus bus)
        : base(context)
    {
        _bus = bus;
        _inbox = new BusInbox(OnMessage);
        bus.Add(this);
    }

    public void Enqueue(ClusterMessage message, string? offset) => _inbox.Enqueue(message, offset);

    public void Receive(ClusterMessage message) => OnMessage(message);

    public override async Task CloseAsync(CancellationToken cancellationToken)
    {
        await base.CloseAsync(cancellationToken);
        _bus.Remove(this);
        _inbox.Complete();
    }

    protected override Task PublishAsync(ClusterMessage message) => _bus.PublishAsync(message);

    protected override Task PublishResponseAsync(string requesterUid, ClusterResponse response) => _bus.RespondAsync(requesterUid, response);
}
