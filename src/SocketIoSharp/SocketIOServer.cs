using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>One server on one engine: its main namespace, which it is itself, all others, and what they share.</summary>
internal sealed partial class SocketIOServer : SocketNamespace, ISocketIOServer, IEngineIOHandler
{
    private readonly EngineIOServer _engine;
    private int _isClosed;

    public SocketIOServer(EngineIOServer engine, SocketIOMetrics metrics, IServiceProvider services, ILoggerFactory loggerFactory)
        : base(NamespaceName.Main, new ConnectionRules(), null, null)
    {
        _engine = engine;
        Options = (SocketIOOptions)engine.Options;
        Metrics = metrics;
        Services = services;
        LoggerFactory = loggerFactory;
        Logger = loggerFactory.CreateLogger<SocketIOServer>();
        Serializer = Options.PayloadSerializer ?? new SystemTextJsonPayloadSerializer(Options.JsonSerializerOptions);
        Parser = Options.Parser;
        IsJson = Parser is JsonPacketParser;
        PacketLimits = Options.CreatePacketLimits();
        Authorization = new SocketAuthorization(services);
        Registry = new NamespaceRegistry(this);
        Registry.AddMain(this);
        RecoveryBudget = Options.ConnectionStateRecovery is { } recovery ? new RecoveryBudget(recovery, Clock) : null;
        Start();
    }

    public IEngineIOServer Engine => _engine;

    public SocketIOOptions Options { get; }

    public SocketIOMetrics Metrics { get; }

    public IServiceProvider Services { get; }

    public ILoggerFactory LoggerFactory { get; }

    public ILogger Logger { get; }

    public IPayloadSerializer Serializer { get; }

    public ISocketIOParser Parser { get; }

    /// <summary>Whether packets are the default JSON text, which can be written without a detour.</summary>
    public bool IsJson { get; }

    public PacketLimits PacketLimits { get; }

    public SocketAuthorization Authorization { get; }

    public NamespaceRegistry Registry { get; }

    /// <summary>What all namespaces together may keep for clients that come back.</summary>
    public RecoveryBudget? RecoveryBudget { get; }

    public EngineIOClock Clock => _engine.Clock;

    public TimeSpan ShortestInterval => _engine.ShortestInterval;

    public INamespace MainNamespace => this;

    public IReadOnlyCollection<INamespace> Namespaces => Registry.All;

    public INamespace Of(string name) => Registry.GetOrCreate(name);

    public IDynamicNamespace Of(Regex pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return Registry.AddDynamic(pattern, null);
    }

    public IDynamicNamespace Of(Func<string, Handshake, bool> isAccepted)
    {
        ArgumentNullException.ThrowIfNull(isAccepted);
        return Registry.AddDynamic(null, (name, handshake) => Task.FromResult(isAccepted(name, handshake)));
    }

    public IDynamicNamespace Of(Func<string, Handshake, Task<bool>> isAccepted)
    {
        ArgumentNullException.ThrowIfNull(isAccepted);
        return Registry.AddDynamic(null, isAccepted);
    }

    public IDisposable OnNewNamespace(Action<INamespace> handler) => Registry.OnNewNamespace(handler);

    public async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        var leaving = new List<Task>();
        foreach (var target in Registry.All)
        {
            foreach (var socket in target.Adapter.Table.All)
            {
                socket.Connection.Leave(socket, DisconnectReason.ServerShuttingDown);
                leaving.Add(socket.WhenDoneAsync());
            }
        }

        try
        {
            await _engine.CloseAsync(cancellationToken);
            await Task.WhenAll(leaving).WaitAsync(cancellationToken);
        }
        finally
        {
            // However long handlers take: the other servers must learn that this one is gone.
            await Task.WhenAll(Registry.All.Select(target => CloseAdapterAsync(target, cancellationToken)));
        }
    }

    private static async Task CloseAdapterAsync(SocketNamespace target, CancellationToken cancellationToken)
    {
        try
        {
            await target.Adapter.CloseAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // One that fails must not keep the others from closing.
            target.LogListenerFailed(exception);
        }
    }

    Task IEngineIOHandler.OnOpenAsync(IEngineIOSession session)
    {
        var connection = new ClientConnection(this, session);
        session.UserState = connection;
        connection.Start();
        return Task.CompletedTask;
    }

    Task IEngineIOHandler.OnMessageAsync(IEngineIOSession session, EngineIOMessage message)
        => ((ClientConnection)session.UserState!).OnMessageAsync(message);

    Task IEngineIOHandler.OnCloseAsync(IEngineIOSession session, SessionClose close)
    {
        ((ClientConnection)session.UserState!).OnClosed(close);
        return Task.CompletedTask;
    }
}
