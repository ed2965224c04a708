using System.Collections.Immutable;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// Keeps the rooms of one namespace and delivers to its clients. What is not overridden works on the clients of this server
/// alone; an adapter for a cluster overrides the rest. All members may be called from any thread.
/// </summary>
/// <remarks>Node: <c>Adapter</c>. Overrides that reach other servers call the base for this one, unless that is not meant.</remarks>
public abstract class Adapter
{
    private readonly Listeners<Action<string>> _roomCreated = new();
    private readonly Listeners<Action<string, string>> _roomJoined = new();
    private readonly Listeners<Action<string, string>> _roomLeft = new();
    private readonly Listeners<Action<string>> _roomDeleted = new();
    private readonly SocketNamespace _namespace;

    /// <summary>Creates the adapter.</summary>
    /// <param name="context">What it is made for.</param>
    protected Adapter(AdapterContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Context = context;
        _namespace = (SocketNamespace)context.Namespace;
        Table = new RoomTable(this);
    }

    /// <summary>What the adapter is made for.</summary>
    protected AdapterContext Context { get; }

    /// <summary>The namespace.</summary>
    public INamespace Namespace => _namespace;

    internal RoomTable Table { get; }

    /// <summary>How often the servers are counted again while answers are waited for; null when that says nothing new.</summary>
    internal virtual TimeSpan? RecountInterval => null;

    /// <summary>
    /// Complete when this server's clients have what was sent to them before. Where that takes a way through the medium, it must
    /// not be overtaken by what makes them leave.
    /// </summary>
    internal virtual Task WhenDeliveredAsync() => Task.CompletedTask;

    /// <summary>The rooms that have clients of this server, those of single sockets included.</summary>
    /// <remarks>Node: <c>rooms</c>.</remarks>
    public IReadOnlyCollection<string> Rooms => Table.GetRooms();

    /// <summary>
    /// Begins the work of the adapter: nobody is let in before this is done. When it fails, the next client that connects brings
    /// about another attempt, one at a time and at most one a second.
    /// </summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <remarks>Node: <c>init</c>.</remarks>
    public virtual Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends the work of the adapter: the server stops, or the namespace is removed.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <remarks>Node: <c>close</c>.</remarks>
    public virtual Task CloseAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>How many servers the cluster has.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <remarks>Node: <c>serverCount</c>.</remarks>
    public virtual Task<int> GetServerCountAsync(CancellationToken cancellationToken) => Task.FromResult(1);

    /// <summary>The ids of this server's sockets in some rooms; in all, when no room is named.</summary>
    /// <param name="rooms">The rooms.</param>
    /// <remarks>Node: <c>sockets</c>.</remarks>
    public IReadOnlySet<string> GetSockets(params IReadOnlyCollection<string> rooms)
        => Table.GetSocketIds(BroadcastOptions.Everybody with { Rooms = [.. rooms] });

    /// <summary>The rooms of one of this server's sockets; none when there is no such socket.</summary>
    /// <param name="socketId">The socket's id.</param>
    /// <remarks>Node: <c>socketRooms</c>.</remarks>
    public IReadOnlySet<string> GetRooms(string socketId) => Table.GetRooms(socketId);

    /// <summary>Puts one of this server's sockets into rooms.</summary>
    /// <param name="socketId">The socket's id.</param>
    /// <param name="rooms">The rooms.</param>
    /// <remarks>Node: <c>addAll</c>. The socket is in the rooms when the call returns, whatever the task waits for.</remarks>
    public virtual Task AddAsync(string socketId, IReadOnlyCollection<string> rooms)
    {
        Table.Add(socketId, rooms);
        return Task.CompletedTask;
    }

    /// <summary>Takes one of this server's sockets out of a room.</summary>
    /// <param name="socketId">The socket's id.</param>
    /// <param name="room">The room.</param>
    /// <remarks>Node: <c>del</c>.</remarks>
    public virtual Task RemoveAsync(string socketId, string room)
    {
        Table.Remove(socketId, room);
        return Task.CompletedTask;
    }

    /// <summary>Takes one of this server's sockets out of all rooms.</summary>
    /// <param name="socketId">The socket's id.</param>
    /// <remarks>Node: <c>delAll</c>.</remarks>
    public virtual Task RemoveAllAsync(string socketId)
    {
        Table.RemoveAll(socketId);
        return Task.CompletedTask;
    }

    /// <summary>Sends an event.</summary>
    /// <param name="packet">The event.</param>
    /// <param name="options">Whom it reaches.</param>
    /// <remarks>Node: <c>broadcast</c>.</remarks>
    public virtual Task BroadcastAsync(EncodedPacket packet, BroadcastOptions options)
    {
        BroadcastToLocal(packet, options);
        return Task.CompletedTask;
    }

    /// <summary>Sends an event and asks for answers.</summary>
    /// <param name="packet">The event.</param>
    /// <param name="options">Whom it reaches.</param>
    /// <param name="sink">Receives the number of clients and their answers.</param>
    /// <param name="cancellationToken">Cancelled when no answers are wanted any more.</param>
    /// <remarks>Node: <c>broadcastWithAck</c>.</remarks>
    public virtual Task BroadcastWithAckAsync(EncodedPacket packet, BroadcastOptions options, IBroadcastAckSink sink, CancellationToken cancellationToken)
    {
        var waiting = BroadcastToLocalWithAck(packet, options, sink);
        cancellationToken.UnsafeRegister(static waiting => ((IDisposable)waiting!).Dispose(), waiting);
        return Task.CompletedTask;
    }

    /// <summary>Finds sockets.</summary>
    /// <param name="options">Which ones.</param>
    /// <param name="cancellationToken">Ends the wait for other servers.</param>
    /// <remarks>Node: <c>fetchSockets</c>.</remarks>
    public virtual Task<IReadOnlyList<IRemoteSocket>> FetchSocketsAsync(BroadcastOptions options, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<IRemoteSocket>>([.. FindLocalSockets(options)]);

    /// <summary>Makes sockets join rooms.</summary>
    /// <param name="options">Which ones.</param>
    /// <param name="rooms">The rooms.</param>
    /// <remarks>Node: <c>addSockets</c>.</remarks>
    public virtual async Task AddSocketsAsync(BroadcastOptions options, IReadOnlyCollection<string> rooms)
    {
        foreach (var socket in FindLocalSockets(options))
        {
            await socket.JoinAsync(rooms);
        }
    }

    /// <summary>Makes sockets leave rooms.</summary>
    /// <param name="options">Which ones.</param>
    /// <param name="rooms">The rooms.</param>
    /// <remarks>Node: <c>delSockets</c>.</remarks>
    public virtual async Task RemoveSocketsAsync(BroadcastOptions options, IReadOnlyCollection<string> rooms)
    {
        foreach (var socket in FindLocalSockets(options))
        {
            foreach (var room in rooms)
            {
                await socket.LeaveAsync(room);
            }
        }
    }

    /// <summary>Takes sockets out of the namespace.</summary>
    /// <param name="options">Which ones.</param>
    /// <param name="closeConnection">Whether their whole connections are closed.</param>
    /// <remarks>Node: <c>disconnectSockets</c>.</remarks>
    public virtual Task DisconnectSocketsAsync(BroadcastOptions options, bool closeConnection)
        => Task.WhenAll(FindLocalSockets(options).Select(socket => socket.DisconnectAsync(closeConnection)));

    /// <summary>Sends an event to the other servers of the cluster; here there are none.</summary>
    /// <param name="packet">The event.</param>
    /// <remarks>Node: <c>serverSideEmit</c>.</remarks>
    public virtual Task ServerSideEmitAsync(EncodedPacket packet) => Task.CompletedTask;

    /// <summary>Sends an event to the other servers of the cluster and waits for their answers; here there are none.</summary>
    /// <param name="packet">The event.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public virtual Task<BroadcastAcks<EventArgument?>> ServerSideEmitWithAckAsync(EncodedPacket packet, TimeSpan timeout, CancellationToken cancellationToken)
        => Task.FromResult(new BroadcastAcks<EventArgument?>([], isComplete: true));

    /// <summary>Keeps the session of a client that lost its connection.</summary>
    /// <param name="session">The session.</param>
    /// <remarks>Node: <c>persistSession</c>.</remarks>
    public virtual Task PersistSessionAsync(RecoverySession session) => Task.CompletedTask;

    /// <summary>Looks for the session of a client that comes back, without changing anything.</summary>
    /// <param name="privateId">The secret id of the session.</param>
    /// <param name="offset">The last offset that the client has seen; null when it has seen none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The session, when everything that the client missed can be sent.</returns>
    /// <remarks>Node: <c>restoreSession</c>, whose second half is <see cref="ResumeAsync"/>.</remarks>
    public virtual Task<RecoverySession?> FindSessionAsync(string privateId, string? offset, CancellationToken cancellationToken)
        => Task.FromResult<RecoverySession?>(null);

    /// <summary>Brings a client back: gives what it missed, at a moment at which no broadcast can come in between.</summary>
    /// <param name="session">The session that was found.</param>
    /// <param name="offset">The last offset that the client has seen; null when it has seen none.</param>
    /// <param name="attach">Joins the rooms and sends what was missed; must be called exactly once, from whatever keeps broadcasts out.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it has been called; if not, the client connects as a new one.</returns>
    public virtual Task<bool> ResumeAsync(RecoverySession session, string? offset, Action<IReadOnlyList<EncodedPacket>> attach, CancellationToken cancellationToken)
        => Task.FromResult(false);

    /// <summary>Whether sessions can be resumed: then events to single clients go through the adapter as well, which keeps them.</summary>
    public virtual bool CanRecover => false;

    /// <summary>The newest offset that was given to an event; null when there is none yet or recovery is off.</summary>
    /// <remarks>Whatever ends with a string reaches a client with this offset behind it, because the client takes the last string for one.</remarks>
    public virtual string? CurrentOffset => null;

    /// <summary>Runs when a room gets its first socket.</summary>
    /// <param name="listener">Receives the room. It must be quick and must not wait for other threads: with connection state recovery it may run under a lock that everything sent in the namespace takes.</param>
    /// <remarks>Node: <c>create-room</c>.</remarks>
    public IDisposable OnRoomCreated(Action<string> listener) => _roomCreated.Add(listener);

    /// <summary>Runs when a socket has joined a room.</summary>
    /// <param name="listener">Receives the room and the socket's id. It must be quick and must not wait for other threads: with connection state recovery it may run under a lock that everything sent in the namespace takes.</param>
    /// <remarks>Node: <c>join-room</c>.</remarks>
    public IDisposable OnRoomJoined(Action<string, string> listener) => _roomJoined.Add(listener);

    /// <summary>Runs when a socket has left a room.</summary>
    /// <param name="listener">Receives the room and the socket's id. It must be quick and must not wait for other threads: with connection state recovery it may run under a lock that everything sent in the namespace takes.</param>
    /// <remarks>Node: <c>leave-room</c>.</remarks>
    public IDisposable OnRoomLeft(Action<string, string> listener) => _roomLeft.Add(listener);

    /// <summary>Runs when a room has lost its last socket.</summary>
    /// <param name="listener">Receives the room. It must be quick and must not wait for other threads: with connection state recovery it may run under a lock that everything sent in the namespace takes.</param>
    /// <remarks>Node: <c>delete-room</c>.</remarks>
    public IDisposable OnRoomDeleted(Action<string> listener) => _roomDeleted.Add(listener);

    /// <summary>Sends an event to clients of this server.</summary>
    /// <param name="packet">The event.</param>
    /// <param name="options">Whom it reaches.</param>
    protected void BroadcastToLocal(EncodedPacket packet, BroadcastOptions options)
    {
        ArgumentNullException.ThrowIfNull(packet);
        ArgumentNullException.ThrowIfNull(options);
        var recipients = Table.Select(options);
        if (recipients.Count == 0)
        {
            return;
        }

        var message = packet.GetMessage(_namespace.IO.Parser);
        if (!options.Compress)
        {
            message = message.WithoutCompression();
        }

        using (HeldFlush.BeginFor(recipients.Count))
        {
            foreach (var socket in recipients)
            {
                socket.Send(packet, message, options.IsVolatile);
            }
        }
    }

    /// <summary>Sends an event to clients of this server and asks for their answers.</summary>
    /// <param name="packet">The event.</param>
    /// <param name="options">Whom it reaches.</param>
    /// <param name="sink">Receives the number of clients and their answers.</param>
    /// <returns>Dispose it when no answers are wanted any more.</returns>
    protected IDisposable BroadcastToLocalWithAck(EncodedPacket packet, BroadcastOptions options, IBroadcastAckSink sink)
    {
        ArgumentNullException.ThrowIfNull(packet);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sink);
        var recipients = Table.Select(options);
        return PendingBroadcastAcks.Send(_namespace, packet, options, recipients, sink);
    }

    /// <summary>The clients of this server that a broadcast would reach.</summary>
    /// <param name="options">Which ones.</param>
    protected IReadOnlyList<IServerSocket> FindLocalSockets(BroadcastOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var recipients = Table.Select(options);
        var sockets = new List<IServerSocket>(recipients.Count);
        foreach (var socket in recipients)
        {
            if (socket.Connected)
            {
                sockets.Add(socket);
            }
        }

        return sockets;
    }

    /// <summary>An event of another server has arrived for the handlers of this one.</summary>
    /// <param name="packet">The event.</param>
    /// <returns>The answer of the handlers; null when none of them gives one.</returns>
    protected Task<EncodedPacket?> RaiseServerSideEventAsync(EncodedPacket packet) => _namespace.RaiseServerSideEventAsync(packet);

    internal void RaiseRoomCreated(string room) => Raise(_roomCreated, room);

    internal void RaiseRoomJoined(string room, string socketId) => Raise(_roomJoined, room, socketId);

    internal void RaiseRoomLeft(string room, string socketId) => Raise(_roomLeft, room, socketId);

    internal void RaiseRoomDeleted(string room) => Raise(_roomDeleted, room);

    private void Raise(Listeners<Action<string>> listeners, string room)
    {
        foreach (var listener in listeners.All)
        {
            try
            {
                listener(room);
            }
            catch (Exception exception)
            {
                _namespace.LogListenerFailed(exception);
            }
        }
    }

    private void Raise(Listeners<Action<string, string>> listeners, string room, string socketId)
    {
        foreach (var listener in listeners.All)
        {
            try
            {
                listener(room, socketId);
            }
            catch (Exception exception)
            {
                _namespace.LogListenerFailed(exception);
            }
        }
    }
}
