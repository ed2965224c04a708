using System.Collections.Concurrent;

namespace SocketIoSharp;

/// <summary>Accepts names that clients ask for; each accepted one becomes a namespace with a copy of the rules.</summary>
internal sealed class DynamicNamespace(SocketIOServer server, string metricsName, Func<string, Handshake?, ValueTask<bool>> isAccepted, bool isPattern) : Broadcaster, IDynamicNamespace
{
    private readonly ConcurrentDictionary<string, SocketNamespace> _children = new(StringComparer.Ordinal);

    public string MetricsName => metricsName;

    /// <summary>Whether the name alone decides.</summary>
    public bool IsPattern => isPattern;

    public ConnectionRules Rules { get; } = new();

    public ConcurrentDictionary<string, SocketNamespace> ChildrenByName => _children;

    public IReadOnlyCollection<INamespace> Children => [.. _children.Values];

    protected internal override IReadOnlyList<SocketNamespace> Targets => [.. _children.Values];

    protected override BroadcastOptions Selection => BroadcastOptions.Everybody;

    public ValueTask<bool> IsAcceptedAsync(string name, Handshake? handshake) => isAccepted(name, handshake);

    public IConnectionSource Use(Func<IServerSocket, Func<Task>, Task> middleware)
    {
        Rules.Use(middleware);
        return this;
    }

    public IConnectionSource RequireAuthorization(params IReadOnlyCollection<string> policies)
    {
        Rules.RequireAuthorization(server, policies);
        return this;
    }

    public IDisposable OnConnection(Action<IServerSocket> handler) => Rules.OnConnection(handler);

    public IDisposable OnConnection(Func<IServerSocket, Task> handler) => Rules.Handlers.Add(handler);

    public override Task<IReadOnlyList<IRemoteSocket>> FetchSocketsAsync(CancellationToken cancellationToken = default)
        => throw new NotSupportedException("fetchSockets() is not supported on parent namespaces. Ask each of the Children.");
}
