using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace SocketIoSharp;

/// <summary>Accepts names that clients ask for; each accepted one becomes a namespace with a copy of the rules.</summary>
internal sealed class DynamicNamespace(SocketIOServer server, Regex? pattern, Func<string, Handshake, Task<bool>>? isAccepted) : Broadcaster, IDynamicNamespace
{
    private readonly ConcurrentDictionary<string, SocketNamespace> _children = new(StringComparer.Ordinal);
    private int _emptyChildren;

    public string MetricsName { get; } = pattern?.ToString() ?? "(dynamic)";

    /// <summary>What decides by the name alone; null when a function does.</summary>
    public Regex? Pattern => pattern;

    public ConnectionRules Rules { get; } = new();

    /// <summary>Bounds what is logged about clients that are refused because there are too many children.</summary>
    public LogThrottle Refusals { get; } = new(server.Clock.Time);

    public ConcurrentDictionary<string, SocketNamespace> ChildrenByName => _children;

    public IReadOnlyCollection<INamespace> Children => [.. _children.Values];

    /// <summary>Whether there are children in which nobody is.</summary>
    public bool HasEmptyChildren => System.Threading.Volatile.Read(ref _emptyChildren) > 0;

    protected internal override IReadOnlyList<SocketNamespace> Targets => [.. _children.Values];

    protected override BroadcastOptions Selection => BroadcastOptions.Everybody;

    /// <summary>A child has become empty, or is not any more.</summary>
    public void AddEmptyChildren(int count) => Interlocked.Add(ref _emptyChildren, count);

    public Task<bool> IsAcceptedAsync(string name, Handshake handshake)
        => pattern is not null ? Task.FromResult(pattern.IsMatch(name)) : isAccepted!(name, handshake);

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
