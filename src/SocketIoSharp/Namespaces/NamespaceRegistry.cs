using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>The namespaces of a server by name, and the dynamic ones that new names are offered to, in the order of their registration.</summary>
internal sealed partial class NamespaceRegistry(SocketIOServer server)
{
    private readonly ConcurrentDictionary<string, SocketNamespace> _namespaces = new(StringComparer.Ordinal);
    private readonly Listeners<Action<INamespace>> _newNamespaceListeners = new();
    private readonly Lock _gate = new();
    private List<DynamicNamespace> _dynamic = [];

    public IReadOnlyCollection<SocketNamespace> All => [.. _namespaces.Values];

    public void AddMain(SocketNamespace main) => _namespaces[NamespaceName.Main] = main;

    public SocketNamespace? Find(string name) => _namespaces.GetValueOrDefault(name);

    public IDisposable OnNewNamespace(Action<INamespace> handler) => _newNamespaceListeners.Add(handler);

    public SocketNamespace GetOrCreate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.StartsWith('/'))
        {
            name = "/" + name;
        }

        if (Find(name) is { } found)
        {
            return found;
        }

        // A name that a pattern accepts becomes its child; functions want a client's credentials, and there is no client here.
        foreach (var dynamic in _dynamic)
        {
            if (dynamic.Pattern?.IsMatch(name) == true)
            {
                return Create(name, dynamic, isLimited: false)!;
            }
        }

        return Create(name, null, isLimited: false)!;
    }

    public DynamicNamespace AddDynamic(Regex? pattern, Func<string, Handshake, Task<bool>>? isAccepted)
    {
        var dynamic = new DynamicNamespace(server, pattern, isAccepted);
        lock (_gate)
        {
            _dynamic = [.. _dynamic, dynamic];
        }

        return dynamic;
    }

    /// <summary>Finds the namespace for a client and counts the client in; null when no namespace accepts the name.</summary>
    public async Task<SocketNamespace?> EnterAsync(string name, Handshake handshake)
    {
        while (true)
        {
            var found = Find(name) ?? await FindDynamicAsync(name, handshake);
            if (found is null || found.TryEnter())
            {
                return found;
            }
        }
    }

    /// <summary>Removes a child in which nobody is.</summary>
    public bool TryRemove(SocketNamespace child)
    {
        if (!child.TryMarkRemoved())
        {
            return false;
        }

        _namespaces.TryRemove(new KeyValuePair<string, SocketNamespace>(child.Name, child));
        child.Parent?.ChildrenByName.TryRemove(new KeyValuePair<string, SocketNamespace>(child.Name, child));
        _ = CloseAsync(child, CancellationToken.None);
        return true;
    }

    /// <summary>The server ends; one adapter that fails does not keep the others open.</summary>
    public Task CloseAdaptersAsync(CancellationToken cancellationToken) => Task.WhenAll(All.Select(target => CloseAsync(target, cancellationToken)));

    private async Task<SocketNamespace?> FindDynamicAsync(string name, Handshake handshake)
    {
        foreach (var dynamic in _dynamic)
        {
            if (await IsAcceptedAsync(dynamic, name, handshake))
            {
                return Create(name, dynamic, isLimited: true);
            }
        }

        return null;
    }

    private async ValueTask<bool> IsAcceptedAsync(DynamicNamespace dynamic, string name, Handshake handshake)
    {
        try
        {
            return await dynamic.IsAcceptedAsync(name, handshake);
        }
        catch (Exception exception)
        {
            Log.DecisionFailed(server.Logger, exception, dynamic.MetricsName);
            return false;
        }
    }

    /// <summary>Creates a namespace, or gives the one that somebody else has just created; null when its parent may have no more children.</summary>
    private SocketNamespace? Create(string name, DynamicNamespace? parent, bool isLimited)
    {
        SocketNamespace created;
        lock (_gate)
        {
            if (_namespaces.TryGetValue(name, out var existing))
            {
                return existing;
            }

            if (isLimited && parent is not null && parent.ChildrenByName.Count >= server.Options.MaxChildNamespaces && !TryMakeRoom(parent))
            {
                if (parent.Refusals.TryPass(out var refused))
                {
                    Log.TooManyChildren(server.Logger, parent.MetricsName, parent.ChildrenByName.Count, nameof(SocketIOOptions.MaxChildNamespaces), refused);
                }

                return null;
            }

            created = SocketNamespace.Create(server, name, parent is null ? new ConnectionRules() : new ConnectionRules(parent.Rules), parent);
            _namespaces[name] = created;
            if (parent is not null)
            {
                parent.ChildrenByName[name] = created;
                parent.AddEmptyChildren(1);
            }
        }

        foreach (var listener in _newNamespaceListeners.All)
        {
            try
            {
                listener(created);
            }
            catch (Exception exception)
            {
                created.LogListenerFailed(exception);
            }
        }

        created.OnAnnounced();
        return created;
    }

    /// <summary>Removes the empty children of a parent; clients that ask in vain must not make us walk through all of them.</summary>
    private bool TryMakeRoom(DynamicNamespace parent)
    {
        var hasRoom = false;
        if (!parent.HasEmptyChildren)
        {
            return false;
        }

        foreach (var child in parent.ChildrenByName.Values)
        {
            hasRoom |= child.IsEmpty && TryRemove(child);
        }

        return hasRoom;
    }

    private static async Task CloseAsync(SocketNamespace target, CancellationToken cancellationToken)
    {
        try
        {
            await target.Adapter.CloseAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            target.LogListenerFailed(exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The function that decides about {Namespace} failed; the client is refused.", EventName = nameof(DecisionFailed))]
        public static partial void DecisionFailed(ILogger logger, Exception exception, string @namespace);

        [LoggerMessage(2, LogLevel.Warning, "{Namespace} has {Count} children, all of them in use, and may have no more ({Option}). Clients refused since this was last said: {Refused}", EventName = nameof(TooManyChildren))]
        public static partial void TooManyChildren(ILogger logger, string @namespace, int count, string option, long refused);
    }
}
