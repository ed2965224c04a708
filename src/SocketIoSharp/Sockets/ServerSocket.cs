using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// One client in one namespace. Its state moves one way, from connecting to left, by compare-and-swap; rooms are guarded by
/// the room table; events come through the inbox, in order; sending may happen on any thread.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The source of Disconnected has no timer and is never linked; its tokens outlive the socket.")]
internal sealed partial class ServerSocket : IServerSocket
{
    // States: a socket replies to its client between being accepted and being connected.
    private const int Connecting = 0;
    private const int Replying = 1;
    private const int IsConnected = 2;
    private const int Left = 3;

    /// <summary>The rooms joined beside its own; guarded by the room table.</summary>
    [SuppressMessage("Design", "CA1051", Justification = "A mutable struct that lives here.")]
    public JoinedRooms JoinedRooms;

    private readonly SocketNamespace _namespace;
    private readonly ClientConnection _connection;
    private readonly ReadOnlyMemory<byte> _auth;
    private readonly SocketInbox _inbox;
    private Handshake? _handshake;
    private SocketData? _data;
    private ServerSocket[]? _alone;
    private ClaimsPrincipal? _user;
    private CancellationTokenSource? _disconnected;
    private volatile int _state;
    private bool _isCounted;
    private volatile int _isThrownOut;
    private volatile bool _isGone;
    private long _leftTimestamp;

    public ServerSocket(SocketNamespace @namespace, ClientConnection connection, string id, ReadOnlyMemory<byte> auth)
    {
        _namespace = @namespace;
        _connection = connection;
        _auth = auth;
        Id = id;
        _inbox = new SocketInbox(this);
    }

    public string Id { get; }

    /// <summary>The secret by which the client finds its session again; null while recovery is off.</summary>
    public string? PrivateId { get; set; }

    /// <summary>The offset at which a client that has received nothing begins.</summary>
    public string? ConnectOffset { get; set; }

    /// <summary>The credentials as they came.</summary>
    public ReadOnlyMemory<byte> Auth => _auth;

    public SocketIOServer Server => _namespace.IO;

    public SocketNamespace OwnNamespace => _namespace;

    public ClientConnection Connection => _connection;

    public IPayloadSerializer Serializer => Server.Serializer;

    public INamespace Namespace => _namespace;

    public IEngineIOSession Session => _connection.Session;

    public EngineIOTransportType Transport => Session.Transport;

    public bool Connected => _state == IsConnected;

    /// <summary>Whether the client may send packets: once the reply is on its way it may be there before we know.</summary>
    public bool IsReplyingOrConnected => _state is Replying or IsConnected;

    public bool HasLeft => _state == Left;

    public bool Recovered { get; private set; }

    /// <summary>Whether the application has set the user.</summary>
    public bool HasOwnUser { get; private set; }

    /// <summary>Whether the socket is in the room of its own id; guarded by the room table.</summary>
    public bool IsInOwnRoom { get; set; }

    /// <summary>The members of the room of its own id, as long as nobody else joins it. Must not be changed.</summary>
    public ServerSocket[] Alone => _alone ??= [this];

    /// <summary>How many rooms it is in; guarded by the room table.</summary>
    public int RoomCount => JoinedRooms.Count + (IsInOwnRoom ? 1 : 0);

    public Handshake Handshake => _handshake ??= new Handshake(Session.Handshake, _auth, Serializer);

    /// <summary>None once it has left: the rooms of its id are then those of the socket with which its client came back.</summary>
    public IReadOnlySet<string> Rooms => HasLeft ? FrozenSet<string>.Empty : _namespace.Adapter.GetRooms(Id);

    public SocketData Data => _data ?? Interlocked.CompareExchange(ref _data, new SocketData(), null) ?? _data;

    public ClaimsPrincipal User
    {
        get => _user ?? Session.Handshake.User;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _user = value;
            HasOwnUser = true;
        }
    }

    public CancellationToken Disconnected
    {
        get
        {
            var source = _disconnected ?? Interlocked.CompareExchange(ref _disconnected, new CancellationTokenSource(), null) ?? _disconnected;
            if (HasLeft)
            {
                source.Cancel();
            }

            return source.Token;
        }
    }

    public IBroadcaster Broadcast => CreateBroadcaster();

    public IBroadcaster Local => CreateBroadcaster().Local;

    public IBroadcaster To(string room) => CreateBroadcaster().To(room);

    public IBroadcaster To(params IReadOnlyCollection<string> rooms) => CreateBroadcaster().To(rooms);

    public IBroadcaster In(string room) => CreateBroadcaster().To(room);

    public IBroadcaster In(params IReadOnlyCollection<string> rooms) => CreateBroadcaster().To(rooms);

    public IBroadcaster Except(string room) => CreateBroadcaster().Except(room);

    public IBroadcaster Except(params IReadOnlyCollection<string> rooms) => CreateBroadcaster().Except(rooms);

    public Task JoinAsync(string room) => JoinAsync([room]);

    public Task JoinAsync(IReadOnlyCollection<string> rooms)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        return HasLeft ? Task.CompletedTask : _namespace.Adapter.AddAsync(Id, rooms);
    }

    public Task LeaveAsync(string room)
    {
        ArgumentNullException.ThrowIfNull(room);
        return HasLeft ? Task.CompletedTask : _namespace.Adapter.RemoveAsync(Id, room);
    }

    public Task DisconnectAsync(bool closeConnection = false)
    {
        var delivered = HasLeft ? Task.CompletedTask : _namespace.Adapter.WhenDeliveredAsync();
        if (delivered.IsCompletedSuccessfully)
        {
            Disconnect(closeConnection);
            return Task.CompletedTask;
        }

        return DisconnectBehindAsync(delivered, closeConnection);
    }

    /// <summary>What was sent before is on its way through the log of a cluster, and must not come too late.</summary>
    private async Task DisconnectBehindAsync(Task delivered, bool closeConnection)
    {
        await delivered;
#pragma warning disable VSTHRD103 // It does not block, and its asynchronous twin would wait for what has been sent since.
        Disconnect(closeConnection);
#pragma warning restore VSTHRD103
    }

    /// <summary>Takes the client out of the namespace, at once.</summary>
    public void Disconnect(bool closeConnection = false)
    {
        if (HasLeft)
        {
            // Its client may be in other namespaces, or back in this one.
            return;
        }

        if (closeConnection)
        {
            _connection.DisconnectAll();
        }
        else if (Connected && Interlocked.Exchange(ref _isThrownOut, 1) == 0)
        {
            _inbox.DropEvents();
            _connection.Leave(this, DisconnectReason.ServerNamespaceDisconnect);
        }
    }

    /// <summary>The socket comes back to an earlier session.</summary>
    public void Restore(RecoverySession session)
    {
        Recovered = true;
        PrivateId = session.PrivateId;
        ConnectOffset = session.ConnectOffset;
        _data = session.Data;
        if (session.User is not null)
        {
            User = session.User;
        }
    }

    /// <summary>The socket has been accepted and is about to reply; false when it has left meanwhile.</summary>
    public bool TryBeginReply() => Interlocked.CompareExchange(ref _state, Replying, Connecting) == Connecting;

    /// <summary>The reply is on its way: from now on the client receives broadcasts.</summary>
    public bool TryConnect()
    {
        // Counted first: whoever makes it leave right afterwards must know that it has to be counted out.
        _isCounted = Server.Metrics.SocketConnected(_namespace.MetricsName);
        if (Interlocked.CompareExchange(ref _state, IsConnected, Replying) == Replying)
        {
            return true;
        }

        Server.Metrics.SocketDisconnected(_namespace.MetricsName, _isCounted);
        return false;
    }

    /// <summary>Waits while another thread is between sending the reply and counting the client in, which is a moment.</summary>
    public void WaitForEndOfReply()
    {
        if (_state == Replying)
        {
            SpinWait.SpinUntil(() => _state != Replying);
        }
    }

    /// <summary>Runs the connection handlers; events that arrive meanwhile wait.</summary>
    public void RunConnectionHandlers() => _inbox.Open(() => _namespace.RaiseConnectionAsync(this));

    /// <summary>
    /// The client has gone: it leaves its rooms, its session is kept, its token is cancelled, and waiters for its answers end, all
    /// at once. What it had sent before still runs, then the handlers of its leaving.
    /// </summary>
    /// <returns>False when it had left before.</returns>
    public bool TryLeave(DisconnectReason reason)
    {
        if (HasLeft)
        {
            return false;
        }

        _leftTimestamp = Server.Clock.Time.GetTimestamp();
        var state = Interlocked.Exchange(ref _state, Left);
        if (state == Left)
        {
            return false;
        }

        var rooms = _namespace.Adapter.GetRooms(Id);
        if (state == IsConnected && PrivateId is not null && reason.IsRecoverable)
        {
            _ = GuardAdapterAsync(() => _namespace.Adapter.PersistSessionAsync(CreateSession(rooms)));
        }
        else
        {
            _isGone = true;
        }

        _ = GuardAdapterAsync(() => _namespace.Adapter.RemoveAllAsync(Id));
        _namespace.OnSocketLeft();
        if (state == IsConnected && ReferenceEquals(reason, DisconnectReason.ServerNamespaceDisconnect))
        {
            // Told once it is out: a client that comes back at once finds its place free.
            _connection.SendPacket(SocketIOPacketType.Disconnect, _namespace.WireName, default);
        }

        FailAcks();
        CancelToken();
        if (state == IsConnected)
        {
            Server.Metrics.SocketDisconnected(_namespace.MetricsName, _isCounted);
            Log.Left(Server.Logger, Id, _namespace.Name, reason.Text);
            _inbox.Close(() => RaiseDisconnectAsync(reason, rooms));
        }
        else
        {
            _inbox.Abandon();
        }

        return true;
    }

    /// <summary>Complete when everything that the client has sent, and its leaving, has been worked on.</summary>
    public Task WhenDoneAsync() => _inbox.WhenDoneAsync();

    public RecoverySession CreateSession(IReadOnlyCollection<string> rooms) => new(Id, PrivateId!, rooms, Data)
    {
        ConnectOffset = ConnectOffset,
        User = HasOwnUser ? _user : null,
        HasOwnUser = HasOwnUser,
        RequestUser = UserKey.Of(Session.Handshake.User),
    };

    private BroadcastOperator CreateBroadcaster() => new(_namespace, BroadcastOptions.Everybody with { Except = [Id] });

    private void CancelToken()
    {
        try
        {
            _disconnected?.Cancel();
        }
        catch (AggregateException exception)
        {
            Log.CallbackFailed(Server.Logger, exception, Id);
        }
    }

    /// <summary>An adapter that fails must not keep anything else from happening.</summary>
    private async Task GuardAdapterAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception)
        {
            Log.AdapterFailed(Server.Logger, exception, Id);
        }
    }
}
