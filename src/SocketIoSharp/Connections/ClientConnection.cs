using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// What one engine session carries: its sockets by namespace. Packets come one after the other from the session's reader;
/// joining and leaving may happen on any thread, under <see cref="_gate"/>, which is never held across a call to the application.
/// </summary>
/// <remarks>Node: <c>Client</c>. As a clock entry it is the time for joining a namespace, later that of a packet's binary values.</remarks>
internal sealed partial class ClientConnection : ClockEntry
{
    private readonly Lock _gate = new();
    private readonly ISocketIOPacketDecoder _decoder;
    private NamespaceSlot[] _slots = [];
    private TaskCompletionSource? _reading;
    private long _queuedBytes;
    private int _fullInboxes;
    private int _awaitedAcks;
    private bool _hasJoined;
    private bool _hasWarnedOfNamespaces;
    private volatile bool _isClosed;

    public ClientConnection(SocketIOServer server, IEngineIOSession session)
    {
        Server = server;
        Session = session;
        _decoder = server.Parser.CreateDecoder(server.PacketLimits);
    }

    public SocketIOServer Server { get; }

    public IEngineIOSession Session { get; }

    /// <summary>Whether the client speaks the protocol of version 2 clients.</summary>
    public bool IsProtocol4 => Session.Protocol == 3;

    public bool IsClosed => _isClosed;

    /// <summary>Whether a packet has begun whose binary values are still to come.</summary>
    public bool IsPacketIncomplete => _decoder.IsIncomplete;

    /// <summary>Whether the server waits for an answer of this client.</summary>
    public bool IsAwaitingAcks => Volatile.Read(ref _awaitedAcks) > 0;

    /// <summary>The session is open. Clients of version 2 join the main namespace without asking.</summary>
    public void Start()
    {
        Server.Clock.Schedule(this, Server.Options.ConnectTimeout, Server.ShortestInterval);
        if (IsProtocol4)
        {
            BeginConnect([], []);
        }
    }

    /// <summary>Takes one message. The task is unfinished while too many events wait to be handled.</summary>
    public Task OnMessageAsync(EngineIOMessage message)
    {
        if (_isClosed)
        {
            return Task.CompletedTask;
        }

        var wasIncomplete = _decoder.IsIncomplete;
        PacketDecodeResult result;
        SocketIOPacket packet;
        string? error;
        try
        {
            result = _decoder.Decode(message, out packet, out error);
        }
        catch (Exception exception)
        {
            // A parser of the application; those of the library do not throw.
            Log.ParserFailed(Server.Logger, exception, Session.Id);
            OnInvalidPacket("invalid payload");
            return Task.CompletedTask;
        }

        switch (result)
        {
            case PacketDecodeResult.Packet:
                if (wasIncomplete && _hasJoined)
                {
                    Server.Clock.Cancel(this);
                }

                OnPacket(packet);
                return HasTooMuchWaiting ? WaitForRoomAsync() : Task.CompletedTask;
            case PacketDecodeResult.Incomplete:
                if (!wasIncomplete)
                {
                    StartMessageDeadline();
                }

                return Task.CompletedTask;
            default:
                OnInvalidPacket(error ?? "invalid payload");
                return Task.CompletedTask;
        }
    }

    /// <summary>The session has ended.</summary>
    public void OnClosed(SessionClose close) => LeaveAll(DisconnectReason.Of(close));

    /// <summary>The bytes of all events that wait.</summary>
    public long QueuedBytes => Volatile.Read(ref _queuedBytes);

    /// <summary>
    /// Whether reading should stop for the time being. While the server awaits an answer of this client it goes on: the answer may
    /// come behind the events that wait.
    /// </summary>
    private bool HasTooMuchWaiting
        => (Volatile.Read(ref _fullInboxes) > 0 || QueuedBytes >= Server.Options.MaxQueuedBytesPerClient) && !IsAwaitingAcks && !_isClosed;

    public void AddQueuedBytes(long bytes) => Interlocked.Add(ref _queuedBytes, bytes);

    public void AddFullInboxes(int count) => Interlocked.Add(ref _fullInboxes, count);

    /// <summary>An event has left an inbox.</summary>
    public void OnDequeued()
    {
        if (Volatile.Read(ref _reading) is not null)
        {
            ResumeReading();
        }
    }

    /// <summary>Something has changed about what waits.</summary>
    public void ResumeReading()
    {
        TaskCompletionSource? reading;
        lock (_gate)
        {
            if (HasTooMuchWaiting)
            {
                return;
            }

            reading = _reading;
            _reading = null;
        }

        reading?.TrySetResult();
    }

    public void OnAckAwaited()
    {
        Interlocked.Increment(ref _awaitedAcks);
        ResumeReading();
    }

    public void OnAcksSettled(int count) => Interlocked.Add(ref _awaitedAcks, -count);

    /// <summary>Closes the connection because of what the client does, from wherever that was noticed.</summary>
    public void CloseSoon()
    {
        Session.Close();

        // The reason that sockets see depends on whether the client can be told at once, as in Node.
        LeaveAll(Session.State == SessionState.Closed ? DisconnectReason.ForcedClose : DisconnectReason.ForcedServerClose);
    }

    public void SendPacket(SocketIOPacketType type, ReadOnlyMemory<byte> namespaceName, ReadOnlyMemory<byte> json)
        => Session.TrySend(Server.Parser.Encode(new SocketIOPacket { Type = type, Namespace = namespaceName, Json = json }));

    /// <summary>No namespace was joined in time, or a packet's binary values did not come.</summary>
    protected internal override void OnDue()
    {
        if (_isClosed || (_hasJoined && !_decoder.IsIncomplete))
        {
            // The deadline was cancelled a moment too late.
            return;
        }

        if (_hasJoined)
        {
            Log.PacketTookTooLong(Server.Logger, Session.Id, nameof(SocketIOOptions.MaxMessageTime));
        }
        else
        {
            Log.ConnectTimedOut(Server.Logger, Session.Id, nameof(SocketIOOptions.ConnectTimeout));
        }

        CloseSoon();
    }

    private void OnPacket(in SocketIOPacket packet)
    {
        var name = packet.Namespace;
        ReadOnlyMemory<byte> auth = default;
        if (IsProtocol4)
        {
            // Version 2 clients put their credentials into the query of the namespace.
            (name, auth) = LegacyNamespace.Split(name);
        }
        else if (packet.Type == SocketIOPacketType.Connect)
        {
            auth = packet.Json;
        }

        var slot = FindSlot(name.Span);
        if (packet.Type == SocketIOPacketType.Connect && slot is null)
        {
            BeginConnect(name.ToArray(), auth.ToArray());
            return;
        }

        if (slot?.Socket is { IsReplyingOrConnected: true } socket)
        {
            switch (packet.Type)
            {
                case SocketIOPacketType.Event:
                    socket.OnEvent(packet);
                    return;
                case SocketIOPacketType.Ack:
                    socket.OnAck(packet);
                    return;
                case SocketIOPacketType.Disconnect:
                    // The client has seen the reply, so the thread that has sent it is about to count the client in.
                    socket.WaitForEndOfReply();
                    Leave(socket, DisconnectReason.ClientNamespaceDisconnect);
                    return;
            }
        }

        if (packet.Type == SocketIOPacketType.Ack && slot is null)
        {
            // Clients answer what they were asked before they left.
            return;
        }

        // Anything else for a namespace that has not been joined, or a second connect.
        Log.NotAllowed(Server.Logger, Session.Id, packet.Type);
        CloseSoon();
    }

    private void OnInvalidPacket(string error)
    {
        Log.InvalidPacket(Server.Logger, Session.Id, error);
        var exception = new InvalidPacketException(error);
        foreach (var slot in _slots)
        {
            if (slot.Socket is { Connected: true } socket)
            {
                socket.RaiseError(exception);
            }
        }

        Session.Close();
        LeaveAll(DisconnectReason.ForcedClose);
    }

    private Task WaitForRoomAsync()
    {
        lock (_gate)
        {
            var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _reading, reading);

            // Seen by whoever takes an event out from now on; what was taken out before is seen here.
            Interlocked.MemoryBarrier();
            if (HasTooMuchWaiting)
            {
                return reading.Task;
            }

            _reading = null;
            return Task.CompletedTask;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Session {Sid} sent a packet that cannot be read ({Error}); it is closed.", EventName = nameof(InvalidPacket))]
        public static partial void InvalidPacket(ILogger logger, string sid, string error);

        [LoggerMessage(2, LogLevel.Debug, "Session {Sid} sent a packet of type {Type} for a namespace in which that is not allowed now; it is closed.", EventName = nameof(NotAllowed))]
        public static partial void NotAllowed(ILogger logger, string sid, SocketIOPacketType type);

        [LoggerMessage(3, LogLevel.Debug, "Session {Sid} joined no namespace within {Option}; it is closed.", EventName = nameof(ConnectTimedOut))]
        public static partial void ConnectTimedOut(ILogger logger, string sid, string option);

        [LoggerMessage(4, LogLevel.Warning, "Session {Sid} announced binary values that did not come within {Option}; it is closed.", EventName = nameof(PacketTookTooLong))]
        public static partial void PacketTookTooLong(ILogger logger, string sid, string option);

        [LoggerMessage(5, LogLevel.Error, "The parser failed on a message of session {Sid}; it is closed.", EventName = nameof(ParserFailed))]
        public static partial void ParserFailed(ILogger logger, Exception exception, string sid);

        [LoggerMessage(6, LogLevel.Warning, "Session {Sid} is in as many namespaces as one client may be ({Limit}, {Option}); another one is refused.", EventName = nameof(TooManyNamespaces))]
        public static partial void TooManyNamespaces(ILogger logger, string sid, int limit, string option);
    }
}
