using System.Collections.Immutable;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>What runs when clients connect: middlewares, policies, handlers. Copied from a dynamic namespace to each of its children.</summary>
internal sealed class ConnectionRules
{
    private ImmutableArray<Func<IServerSocket, Func<Task>, Task>> _middlewares = [];
    private IReadOnlyCollection<string>? _policies;

    public ConnectionRules()
    {
    }

    public ConnectionRules(ConnectionRules parent)
    {
        _middlewares = parent._middlewares;
        _policies = parent._policies;
        foreach (var handler in parent.Handlers.All)
        {
            Handlers.Add(handler);
        }
    }

    public ImmutableArray<Func<IServerSocket, Func<Task>, Task>> Middlewares => _middlewares;

    /// <summary>Null when anybody may connect.</summary>
    public IReadOnlyCollection<string>? Policies => _policies;

    public Listeners<Func<IServerSocket, Task>> Handlers { get; } = new();

    public void Use(Func<IServerSocket, Func<Task>, Task> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        ImmutableInterlocked.Update(ref _middlewares, static (all, added) => all.Add(added), middleware);
    }

    public void RequireAuthorization(SocketIOServer server, IReadOnlyCollection<string> policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        server.Authorization.ThrowIfMissing();
        _policies = SocketAuthorization.Combine(_policies, policies);
    }

    public IDisposable OnConnection(Action<IServerSocket> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Handlers.Add(socket =>
        {
            handler(socket);
            return Task.CompletedTask;
        });
    }
}
