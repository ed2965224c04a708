using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// The base of adapters whose servers tell each other what to do. An adapter that derives from it brings messages to the other
/// servers, and gives what it receives to <see cref="OnMessage"/> and <see cref="OnResponse"/>.
/// </summary>
/// <remarks>
/// Node: <c>ClusterAdapter</c>. What comes in is not trusted: bad messages are logged and dropped. An override that is given
/// here must call this class, unless it does all that itself.
/// </remarks>
public abstract partial class ClusterAdapter : Adapter
{
    /// <summary>The name under which processes without clients send; it is nobody's, and answers do not reach it.</summary>
    protected const string EmitterUid = "emitter";

    private static readonly TimeSpan s_requestTimeout = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger;
    private readonly SocketIOServer _server;
    private readonly ClusterRequestTable _requests;
    private readonly bool _hasNamedAnswers;
    private readonly LogThrottle _invalidMessages;
    private readonly LogThrottle _tooManyServed;
    private readonly LogThrottle _unpublished;

    /// <summary>Creates the adapter.</summary>
    /// <param name="context">What it is made for.</param>
    protected ClusterAdapter(AdapterContext context)
        : this(context, ClusterRequestTable.CreateId(), hasNamedAnswers: true)
    {
    }

    /// <summary>Creates the adapter under a name of its own kind.</summary>
    /// <param name="context">What it is made for.</param>
    /// <param name="uid">The name of this server among the others.</param>
    /// <param name="hasNamedAnswers">Whether answers say whose they are.</param>
    private protected ClusterAdapter(AdapterContext context, string uid, bool hasNamedAnswers)
        : base(context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _server = (SocketIOServer)context.Namespace.Server;
        _logger = context.LoggerFactory.CreateLogger<ClusterAdapter>();
        _requests = new ClusterRequestTable(_server.Clock);
        _hasNamedAnswers = hasNamedAnswers;
        _invalidMessages = new LogThrottle(context.Time);
        _tooManyServed = new LogThrottle(context.Time);
        _unpublished = new LogThrottle(context.Time);
        Uid = uid;
    }

    /// <summary>The name of this server among the others, as far as this namespace goes.</summary>
    /// <remarks>Node: <c>uid</c>.</remarks>
    public string Uid { get; }

    /// <summary>
    /// Whether what this server publishes comes back to it as well, in one order for all servers. Then its own clients receive
    /// events only when these come back, with their offsets; otherwise they receive them at once.
    /// </summary>
    protected virtual bool ReceivesOwnBroadcasts => false;

    /// <summary>How long the descriptions of other servers' clients are waited for when no other time is given.</summary>
    protected virtual TimeSpan RequestTimeout => s_requestTimeout;

    internal EngineIOClock Clock => _server.Clock;

    internal int PendingRequests => _requests.Count;

    internal SocketIOServer Server => _server;

    internal ClusterRequestTable Requests => _requests;

    /// <summary>Whether the medium is known to work. While it does not, nothing is given to it.</summary>
    private protected virtual bool CanPublish => true;

    /// <summary>Brings a message to all other servers; calls must arrive in their order.</summary>
    /// <param name="message">The message.</param>
    /// <returns>A task that is complete when the message is on its way.</returns>
    /// <remarks>Node: <c>doPublish</c>.</remarks>
    protected abstract Task PublishAsync(ClusterMessage message);

    /// <summary>Brings an answer to the server that has asked.</summary>
    /// <param name="requesterUid">That server's <see cref="Uid"/>.</param>
    /// <param name="response">The answer.</param>
    /// <returns>A task that is complete when the answer is on its way.</returns>
    /// <remarks>Node: <c>doPublishResponse</c>.</remarks>
    protected abstract Task PublishResponseAsync(string requesterUid, ClusterResponse response);

    /// <inheritdoc/>
    public override Task CloseAsync(CancellationToken cancellationToken)
    {
        _requests.Close();
        EndServing();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task BroadcastAsync(EncodedPacket packet, BroadcastOptions options)
    {
        ArgumentNullException.ThrowIfNull(packet);
        ArgumentNullException.ThrowIfNull(options);
        if (options.IsLocal)
        {
            Deliver(packet, options, offset: null);
            return Task.CompletedTask;
        }

        var message = new BroadcastMessage { Uid = Uid, Namespace = Namespace.Name, Packet = packet, Options = options };
        if (ReceivesOwnBroadcasts)
        {
            return PublishOrDeliverAsync(message);
        }

        // On its way before it is delivered: what clients do in answer comes later at other servers, too.
        var publishing = TryPublishAsync(message);
        Deliver(packet, options, offset: null);
        return publishing;
    }

    /// <inheritdoc/>
    public override async Task AddSocketsAsync(BroadcastOptions options, IReadOnlyCollection<string> rooms)
    {
        ArgumentNullException.ThrowIfNull(options);
        var publishing = options.IsLocal ? Task.CompletedTask : TryPublishAsync(
            new SocketsJoinMessage { Uid = Uid, Namespace = Namespace.Name, Options = options, Rooms = rooms });
        await base.AddSocketsAsync(options, rooms);
        await publishing;
    }

    /// <inheritdoc/>
    public override async Task RemoveSocketsAsync(BroadcastOptions options, IReadOnlyCollection<string> rooms)
    {
        ArgumentNullException.ThrowIfNull(options);
        var publishing = options.IsLocal ? Task.CompletedTask : TryPublishAsync(
            new SocketsLeaveMessage { Uid = Uid, Namespace = Namespace.Name, Options = options, Rooms = rooms });
        await WhenDeliveredAsync();
        await base.RemoveSocketsAsync(options, rooms);
        await publishing;
    }

    /// <inheritdoc/>
    public override async Task DisconnectSocketsAsync(BroadcastOptions options, bool closeConnection)
    {
        ArgumentNullException.ThrowIfNull(options);
        var publishing = options.IsLocal ? Task.CompletedTask : TryPublishAsync(
            new DisconnectSocketsMessage { Uid = Uid, Namespace = Namespace.Name, Options = options, CloseConnection = closeConnection });
        await WhenDeliveredAsync();
        await base.DisconnectSocketsAsync(options, closeConnection);
        await publishing;
    }

    /// <inheritdoc/>
    public override Task ServerSideEmitAsync(EncodedPacket packet)
        => TryPublishAsync(new ServerSideEmitMessage { Uid = Uid, Namespace = Namespace.Name, Packet = packet });

    /// <summary>The servers that are known to be there, this one left out; null when only their number is known.</summary>
    private protected virtual IReadOnlyCollection<string>? GetOtherServers() => null;

    /// <summary>Something did not reach the others.</summary>
    private protected virtual void OnNotPublished()
    {
    }

    /// <summary>A new id for a question.</summary>
    private protected virtual string CreateRequestId() => ClusterRequestTable.CreateId();

    /// <summary>Whether a server that has answered before is still there.</summary>
    private protected virtual Task<bool> IsAliveAsync(string uid, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>Something is about to be sent to all.</summary>
    private protected virtual void OnPublishing()
    {
    }

    /// <summary>Tells the requests that a server is not there any more.</summary>
    private protected void OnServerGone(string uid) => _requests.OnServerGone(uid);

    /// <summary>What cannot be sent is lost for the other servers; the sender cannot do anything about it.</summary>
    private protected async Task<bool> TryPublishAsync(ClusterMessage message)
    {
        if (!CanPublish)
        {
            OnNotPublished();
            return false;
        }

        try
        {
            OnPublishing();
            await PublishAsync(message);
            return true;
        }
        catch (Exception exception)
        {
            OnNotPublished();

            // The medium itself tells when it is away; not every message must.
            if (CanPublish && _unpublished.TryPass(out var count))
            {
                Log.PublishFailed(_logger, exception, message.Type, Namespace.Name, count);
            }

            return false;
        }
    }

    private async Task TryRespondAsync(string requesterUid, ClusterResponse response)
    {
        if (!CanPublish)
        {
            OnNotPublished();
            return;
        }

        try
        {
            await PublishResponseAsync(requesterUid, response);
        }
        catch (Exception exception)
        {
            OnNotPublished();
            if (CanPublish && _unpublished.TryPass(out var count))
            {
                Log.PublishFailed(_logger, exception, response.Type, Namespace.Name, count);
            }
        }
    }

    private async Task PublishOrDeliverAsync(BroadcastMessage message)
    {
        if (!await TryPublishAsync(message))
        {
            Deliver(message.Packet, message.Options, offset: null);
        }
    }
}
