using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>A namespace of this server. Its sockets live in the adapter's room table; how many there are decides when a child may go.</summary>
internal partial class SocketNamespace : Broadcaster, INamespace
{
    private static readonly TimeSpan s_shortestBetweenStarts = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<SocketNamespace> _targets;
    private readonly ConnectionRules _rules;
    private readonly ServerSideEvents _serverSideEvents = new();
    private TaskCompletionSource? _announced;
    private Task _started = Task.CompletedTask;
    private long _lastStart;
    private long _lastAckId = -1;
    private volatile int _population;
    private bool _isRemoved;

    protected SocketNamespace(string name, ConnectionRules rules, DynamicNamespace? parent, SocketIOServer? server)
    {
        Name = name;
        Parent = parent;
        WireName = NamespaceName.Encode(name);
        MetricsName = parent?.MetricsName ?? name;
        IO = server ?? (SocketIOServer)this;
        _rules = rules;
        _targets = [this];
    }

    public string Name { get; }

    /// <summary>The name in packets; empty for the main namespace.</summary>
    public ReadOnlyMemory<byte> WireName { get; }

    /// <summary>The name in meters: that of a dynamic namespace for all its children.</summary>
    public string MetricsName { get; }

    public SocketIOServer IO { get; }

    public DynamicNamespace? Parent { get; }

    public ISocketIOServer Server => IO;

    public Adapter Adapter { get; private set; } = null!;

    public bool IsRecoveryOn { get; private set; }

    public ImmutableArray<Func<IServerSocket, Func<Task>, Task>> Middlewares => _rules.Middlewares;

    public IReadOnlyCollection<string>? Policies => _rules.Policies;

    /// <summary>Whether joining has to wait for something.</summary>
    public bool NeedsTimeToConnect => IsRecoveryOn || Policies is not null || !Middlewares.IsEmpty || _announced is not null || !_started.IsCompletedSuccessfully;

    public bool IsEmpty => _population == 0;

    public IReadOnlyDictionary<string, IServerSocket> Sockets
        => Adapter.Table.All.Where(static socket => socket.Connected).ToDictionary(static socket => socket.Id, IServerSocket (socket) => socket, StringComparer.Ordinal);

    protected internal override IReadOnlyList<SocketNamespace> Targets => _targets;

    protected override BroadcastOptions Selection => BroadcastOptions.Everybody;

    public static SocketNamespace Create(SocketIOServer server, string name, ConnectionRules rules, DynamicNamespace? parent)
    {
        var created = new SocketNamespace(name, rules, parent, server)
        {
            _announced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
        };
        created.Start();
        return created;
    }

    /// <summary>Makes the adapter. What it needs to begin is waited for by the first clients.</summary>
    public void Start()
    {
        var context = new AdapterContext(this, IO.Services, IO.LoggerFactory, IO.Clock.Time);
        Adapter = IO.Options.AdapterFactory?.Invoke(context) ?? new InMemoryAdapter(context);
        IsRecoveryOn = IO.Options.ConnectionStateRecovery is not null && Adapter.CanRecover;
        _lastStart = IO.Clock.Time.GetTimestamp();
        _started = Adapter.StartAsync(CancellationToken.None);
    }

    /// <summary>The application knows of the namespace, and has had its chance to add rules: clients may come in.</summary>
    public void OnAnnounced() => Interlocked.Exchange(ref _announced, null)?.TrySetResult();

    public async Task WhenStartedAsync()
    {
        if (System.Threading.Volatile.Read(ref _announced) is { } announced)
        {
            await announced.Task;
        }

        await StartAgainIfFailedAsync();
    }

    public long NextAckId() => Interlocked.Increment(ref _lastAckId);

    public IConnectionSource Use(Func<IServerSocket, Func<Task>, Task> middleware)
    {
        _rules.Use(middleware);
        return this;
    }

    public IConnectionSource RequireAuthorization(params IReadOnlyCollection<string> policies)
    {
        _rules.RequireAuthorization(IO, policies);
        return this;
    }

    public IDisposable OnConnection(Action<IServerSocket> handler) => _rules.OnConnection(handler);

    public IDisposable OnConnection(Func<IServerSocket, Task> handler) => _rules.Handlers.Add(handler);

    /// <summary>A client is on its way in; false when the namespace has just been removed.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_isRemoved)
            {
                return false;
            }

            if (_population++ == 0)
            {
                Parent?.AddEmptyChildren(-1);
            }

            return true;
        }
    }

    /// <summary>A client that had entered has gone.</summary>
    public void OnSocketLeft()
    {
        bool isEmpty;
        lock (_gate)
        {
            _population--;
            isEmpty = _population == 0;
            if (isEmpty)
            {
                Parent?.AddEmptyChildren(1);
            }
        }

        if (isEmpty && Parent is not null && IO.Options.CleanupEmptyChildNamespaces)
        {
            IO.Registry.TryRemove(this);
        }
    }

    /// <summary>Closes the namespace for newcomers, if nobody is in it.</summary>
    public bool TryMarkRemoved()
    {
        lock (_gate)
        {
            if (_population > 0 || _isRemoved)
            {
                return false;
            }

            _isRemoved = true;
            Parent?.AddEmptyChildren(-1);
            return true;
        }
    }

    /// <summary>The socket joins the room of its own id, and those of the session that it comes back to.</summary>
    public void Join(ServerSocket socket, IReadOnlyCollection<string> rooms)
    {
        var joining = Adapter.AddAsync(socket.Id, [socket.Id, .. rooms]);
        if (!joining.IsCompletedSuccessfully)
        {
            _ = ObserveAsync(joining);
        }
    }

    /// <summary>Runs the connection handlers, one after the other.</summary>
    public async Task RaiseConnectionAsync(ServerSocket socket)
    {
        foreach (var handler in _rules.Handlers.All)
        {
            try
            {
                await handler(socket);
            }
            catch (Exception exception) when (exception is SocketDisconnectedException or OperationCanceledException && socket.HasLeft)
            {
                // The client has gone, and the handler has noticed.
            }
            catch (Exception exception)
            {
                Log.ConnectionHandlerFailed(IO.Logger, exception, socket.Id, Name);
            }
        }
    }

    public Task ServerSideEmitAsync(string eventName, object? argument)
        => ServerSideEmitAsync(eventName, new ReadOnlySpan<object?>(in argument));

    public Task ServerSideEmitAsync(string eventName, params ReadOnlySpan<object?> arguments)
        => Adapter.ServerSideEmitAsync(CreateServerSidePacket(eventName, arguments));

    public Task<BroadcastAcks<T>> ServerSideEmitWithAckAsync<T>(string eventName, object? argument)
        => ServerSideEmitWithAckAsync<T>(eventName, new ReadOnlySpan<object?>(in argument));

    public Task<BroadcastAcks<T>> ServerSideEmitWithAckAsync<T>(string eventName, params ReadOnlySpan<object?> arguments)
        => RequestServerSideAsync<T>(CreateServerSidePacket(eventName, arguments));

    public IDisposable OnServerSideEvent(string eventName, Func<EventArguments, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _serverSideEvents.Add(
            eventName,
            async (arguments, _) =>
            {
                await handler(arguments);
            });
    }

    public IDisposable OnServerSideEvent(string eventName, Func<EventArguments, Task<object?>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _serverSideEvents.Add(eventName, async (arguments, answer) => answer(await handler(arguments)));
    }

    /// <summary>Another server has sent an event.</summary>
    public async Task<EncodedPacket?> RaiseServerSideEventAsync(EncodedPacket packet)
    {
        var all = EventArguments.Split(packet.Json, packet.Attachments, IO.Serializer);
        if (all.Count == 0)
        {
            return null;
        }

        EncodedPacket? result = null;
        foreach (var handler in _serverSideEvents.Find(all[0].ReadName()))
        {
            try
            {
                await handler(all.Skip(1), answer => result ??= CreatePacket(null, new ReadOnlySpan<object?>(in answer)));
            }
            catch (Exception exception)
            {
                LogListenerFailed(exception);
            }
        }

        return result;
    }

    public void LogListenerFailed(Exception exception) => Log.ListenerFailed(IO.Logger, exception, Name);

    /// <summary>When the adapter could not begin, a client that comes a second later or more tries again; whoever comes meanwhile shares the attempt.</summary>
    private Task StartAgainIfFailedAsync()
    {
        var attempt = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_started.IsCompleted || _started.IsCompletedSuccessfully || IO.Clock.Time.GetElapsedTime(_lastStart) < s_shortestBetweenStarts)
            {
                return _started;
            }

            _lastStart = IO.Clock.Time.GetTimestamp();
            _started = attempt.Task;
        }

        _ = StartAdapterAsync(attempt);
        return attempt.Task;
    }

    private async Task StartAdapterAsync(TaskCompletionSource attempt)
    {
        try
        {
            await Adapter.StartAsync(CancellationToken.None);
            attempt.SetResult();
        }
        catch (Exception exception)
        {
            attempt.SetException(exception);
        }
    }

    private EncodedPacket CreateServerSidePacket(string eventName, ReadOnlySpan<object?> arguments)
    {
        ServerSideEvents.ThrowIfNotAllowed(eventName);
        return CreatePacket(eventName, arguments);
    }

    private async Task<BroadcastAcks<T>> RequestServerSideAsync<T>(EncodedPacket packet)
    {
        var acks = await Adapter.ServerSideEmitWithAckAsync(packet, IO.Options.BroadcastAckTimeout, CancellationToken.None);
        return new BroadcastAcks<T>(
            [.. acks.Responses.Select(static response => response is null ? ArgumentReader.Missing<T>(0) : response.Get<T>())],
            acks.IsComplete,
            acks.MissingServers);
    }

    private async Task ObserveAsync(Task joining)
    {
        try
        {
            await joining;
        }
        catch (Exception exception)
        {
            LogListenerFailed(exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The connection handler of socket {SocketId} in {Namespace} failed.", EventName = nameof(ConnectionHandlerFailed))]
        public static partial void ConnectionHandlerFailed(ILogger logger, Exception exception, string socketId, string @namespace);

        [LoggerMessage(2, LogLevel.Error, "A listener or the adapter of {Namespace} failed.", EventName = nameof(ListenerFailed))]
        public static partial void ListenerFailed(ILogger logger, Exception exception, string @namespace);
    }
}
