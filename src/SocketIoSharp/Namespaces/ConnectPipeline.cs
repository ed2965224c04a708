using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// What happens between a client's wish to join a namespace and its being there: the namespace is found, an earlier session is
/// looked for, the middlewares run, the policies are asked, the client is told. Runs at once where nothing has to be waited for.
/// </summary>
internal static partial class ConnectPipeline
{
    private const string InvalidNamespace = "Invalid namespace";

    public static void Start(ClientConnection connection, NamespaceSlot slot, byte[] auth)
    {
        if (connection.Server.Options.RunHandlersOnThreadPool)
        {
            _ = StartOnPoolAsync(connection, slot, auth);
        }
        else
        {
            StartHere(connection, slot, auth);
        }
    }

    private static async Task StartOnPoolAsync(ClientConnection connection, NamespaceSlot slot, byte[] auth)
    {
        await PoolTurn.Next;
        StartHere(connection, slot, auth);
    }

    private static void StartHere(ClientConnection connection, NamespaceSlot slot, byte[] auth)
    {
        var name = NamespaceName.Decode(slot.Name);
        var server = connection.Server;
        if (server.Registry.Find(name) is { } found && !found.NeedsTimeToConnect && found.TryEnter())
        {
            StartEntered(connection, slot, found, auth);
            return;
        }

        _ = RunAsync(connection, slot, name, auth);
    }

    /// <summary>The common case: nothing has to be waited for.</summary>
    private static void StartEntered(ClientConnection connection, NamespaceSlot slot, SocketNamespace entered, byte[] auth)
    {
        ServerSocket? socket = null;
        try
        {
            socket = CreateSocket(entered, connection, auth);
            if (connection.TryFill(slot, socket))
            {
                Finish(socket, slot);
            }
            else
            {
                Undo(socket, slot);
            }
        }
        catch (Exception exception)
        {
            OnFailed(connection, slot, socket, entered.Name, exception);
            if (socket is null)
            {
                entered.OnSocketLeft();
            }
        }
    }

    private static async Task RunAsync(ClientConnection connection, NamespaceSlot slot, string name, byte[] auth)
    {
        SocketNamespace? entered = null;
        ServerSocket? socket = null;
        try
        {
            var handshake = new Handshake(connection.Session.Handshake, auth, connection.Server.Serializer);
            entered = await connection.Server.Registry.EnterAsync(name, handshake);
            if (entered is null)
            {
                Refuse(connection, slot, null, InvalidNamespace, null, isAlwaysObject: true);
                return;
            }

            await entered.WhenStartedAsync();
            var resume = await ReadResumeAsync(entered, connection, auth);
            if (resume is not null)
            {
                socket = new ServerSocket(entered, connection, resume.Session.Id, auth);
                socket.Restore(resume.Session);
                if (!socket.OwnNamespace.Adapter.Table.TryRegister(socket))
                {
                    // Another connection resumes the same session right now.
                    resume = null;
                    socket = null;
                }
            }

            socket ??= CreateSocket(entered, connection, auth);
            if (await RunChecksAsync(slot, socket, resume))
            {
                return;
            }

            socket = CreateSocketAnew(socket);
            await RunChecksAsync(slot, socket, null);
        }
        catch (ConnectionRefusedException refusal)
        {
            Refuse(connection, slot, socket, refusal.Message, refusal.Details);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketDisconnectedException && socket is { HasLeft: true })
        {
            // The connection has ended, and a middleware has noticed.
            connection.Release(slot);
        }
        catch (Exception exception)
        {
            OnFailed(connection, slot, socket, name, exception);
        }
        finally
        {
            if (socket is null)
            {
                entered?.OnSocketLeft();
            }
        }
    }

    /// <summary>False when the session was lost while the middlewares ran: the client must connect as a new one.</summary>
    private static async Task<bool> RunChecksAsync(NamespaceSlot slot, ServerSocket socket, Resume? resume)
    {
        var connection = socket.Connection;
        if (!connection.TryFill(slot, socket))
        {
            Undo(socket, slot);
            return true;
        }

        var target = socket.OwnNamespace;
        var isSkipping = resume is not null
            && connection.Server.Options.ConnectionStateRecovery is { SkipMiddlewares: true }
            && (!resume.Session.HasOwnUser || resume.Session.User is not null);
        if (!isSkipping)
        {
            await RunMiddlewaresAsync(socket, target.Middlewares);
        }

        await AuthorizeAsync(connection.Server, socket, target.Policies);
        if (resume is null || socket.HasLeft)
        {
            Finish(socket, slot);
            return true;
        }

        var isConnected = false;
        var isResumed = await target.Adapter.ResumeAsync(
            resume.Session,
            resume.Offset,
            missed => isConnected = TryConnect(socket, resume.Session.Rooms, missed),
            CancellationToken.None);
        if (isResumed && isConnected)
        {
            socket.RunConnectionHandlers();
        }
        else if (isResumed)
        {
            // The connection has ended in between; the client may come back once more.
            await target.Adapter.PersistSessionAsync(resume.Session);
            Undo(socket, slot);
        }

        return isResumed;
    }

    private static ServerSocket CreateSocketAnew(ServerSocket restored)
    {
        // The new socket enters before the old one leaves, so that the namespace cannot be empty in between.
        var target = restored.OwnNamespace;
        var socket = target.TryEnter() ? CreateSocket(target, restored.Connection, restored.Auth) : throw new ConnectionRefusedException(InvalidNamespace);
        restored.TryLeave(DisconnectReason.ForcedClose);
        return socket;
    }

    /// <summary>From now on the socket can join rooms.</summary>
    private static ServerSocket CreateSocket(SocketNamespace target, ClientConnection connection, ReadOnlyMemory<byte> auth)
    {
        var socket = new ServerSocket(target, connection, CreateId(connection, target), auth);
        return target.Adapter.Table.TryRegister(socket)
            ? socket
            : throw new InvalidOperationException($"The namespace {target.Name} has a socket with the id {socket.Id} already.");
    }

    private static void Finish(ServerSocket socket, NamespaceSlot slot)
    {
        if (TryConnect(socket, [], null))
        {
            socket.RunConnectionHandlers();
        }
        else
        {
            Undo(socket, slot);
        }
    }

    /// <summary>
    /// The socket joins its rooms and the client is told. What it missed goes before the reply, so that the client has it before its
    /// own handler of the connection runs.
    /// </summary>
    private static bool TryConnect(ServerSocket socket, IReadOnlyCollection<string> rooms, IReadOnlyList<EncodedPacket>? missed)
    {
        if (!socket.TryBeginReply())
        {
            return false;
        }

        var target = socket.OwnNamespace;
        if (target.IsRecoveryOn && missed is null && !socket.Connection.IsProtocol4)
        {
            socket.PrivateId = SessionId.Create();
            socket.ConnectOffset = target.Adapter.CurrentOffset;
        }

        target.Join(socket, rooms);

        // Whoever has read the reply receives broadcasts: it leaves when the socket is one of the connected.
        using var held = HeldFlush.Begin(1);
        foreach (var packet in missed ?? [])
        {
            socket.SendMissed(packet);
        }

        ConnectReply.Send(socket);
        socket.Connection.OnJoined();
        if (!socket.TryConnect())
        {
            return false;
        }

        Log.Connected(socket.Server.Logger, socket.Id, target.Name, socket.Connection.Session.Id, socket.Recovered);
        return true;
    }

    private static async Task RunMiddlewaresAsync(ServerSocket socket, ImmutableArray<Func<IServerSocket, Func<Task>, Task>> middlewares)
    {
        var hasReachedEnd = middlewares.IsEmpty;
        var following = new Task[middlewares.Length];
        await RunNextAsync(0);
        for (var i = 0; i < following.Length && following[i] is { } next; i++)
        {
            // A middleware that calls next may have returned without waiting for it.
            await next;
        }

        if (!hasReachedEnd && !socket.HasLeft)
        {
            Log.MiddlewareDidNotCallNext(socket.Server.Logger, socket.OwnNamespace.Name, socket.Id);
            throw new ConnectionRefusedException();
        }

        Task RunNextAsync(int index)
        {
            if (index == middlewares.Length)
            {
                hasReachedEnd = true;
                return Task.CompletedTask;
            }

            // With the connection gone, whatever is left has nothing to decide.
            return socket.HasLeft ? Task.CompletedTask : middlewares[index](socket, () => following[index] = RunNextAsync(index + 1));
        }
    }

    private static async Task AuthorizeAsync(SocketIOServer server, ServerSocket socket, IReadOnlyCollection<string>? policies)
    {
        if (policies is null || socket.HasLeft)
        {
            return;
        }

        switch (await server.Authorization.CheckAsync(socket, policies))
        {
            case AuthorizationOutcome.NotAuthenticated:
                throw new ConnectionRefusedException("Unauthorized");
            case AuthorizationOutcome.Forbidden:
                throw new ConnectionRefusedException("Forbidden");
        }
    }

    private static void Refuse(ClientConnection connection, NamespaceSlot slot, ServerSocket? socket, string message, object? details, bool isAlwaysObject = false)
    {
        Log.Refused(connection.Server.Logger, connection.Session.Id, message);
        Undo(socket, slot, connection);
        try
        {
            ConnectReply.SendError(connection, slot.Name, message, details, isAlwaysObject);
        }
        catch (Exception exception)
        {
            // The details cannot be serialized; the client is refused all the same.
            Log.DetailsFailed(connection.Server.Logger, exception, connection.Session.Id);
            ConnectReply.SendError(connection, slot.Name, message, null, isAlwaysObject);
        }
    }

    /// <summary>Something of the application or its adapter has failed; only texts that are meant for clients reach them.</summary>
    private static void OnFailed(ClientConnection connection, NamespaceSlot slot, ServerSocket? socket, string name, Exception exception)
    {
        Log.ConnectFailed(connection.Server.Logger, exception, connection.Session.Id, name);
        Refuse(connection, slot, socket, connection.Server.Options.EnableDetailedErrors ? exception.Message : "Connection failed", null);
    }

    private static void Undo(ServerSocket socket, NamespaceSlot slot) => Undo(socket, slot, socket.Connection);

    /// <summary>
    /// Takes back what was done so far, the rooms included that middlewares have joined. The place is given back last: version 2
    /// clients come again with the same id, which must be free by then.
    /// </summary>
    private static void Undo(ServerSocket? socket, NamespaceSlot slot, ClientConnection connection)
    {
        socket?.TryLeave(DisconnectReason.ForcedClose);
        connection.Release(slot);
    }

    /// <summary>Version 2 clients know their ids in advance: that of the session, with the namespace before it.</summary>
    private static string CreateId(ClientConnection connection, SocketNamespace target)
        => !connection.IsProtocol4
            ? SessionId.Create()
            : target.Name == NamespaceName.Main ? connection.Session.Id : $"{target.Name}#{connection.Session.Id}";

    /// <summary>Looks for the session that a client names; anything that does not fit means an ordinary connection.</summary>
    private static async Task<Resume?> ReadResumeAsync(SocketNamespace target, ClientConnection connection, byte[] auth)
    {
        if (!target.IsRecoveryOn || connection.IsProtocol4 || !ResumeRequest.TryRead(auth, out var privateId, out var offset))
        {
            return null;
        }

        var session = await target.Adapter.FindSessionAsync(privateId, offset, CancellationToken.None);
        if (session is null || target.Adapter.Table.Find(session.Id) is not null)
        {
            return null;
        }

        // What was meant for one user is not given to another one who shows the secret.
        return connection.Server.Options.RequireSameUser && !session.IsFor(UserKey.Of(connection.Session.Handshake.User))
            ? null
            : new Resume(session, offset);
    }

    /// <summary>A session that a client comes back to.</summary>
    private sealed record Resume(RecoverySession Session, string? Offset);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Socket {SocketId} has connected to {Namespace} on session {Sid} (recovered: {Recovered}).", EventName = nameof(Connected))]
        public static partial void Connected(ILogger logger, string socketId, string @namespace, string sid, bool recovered);

        [LoggerMessage(2, LogLevel.Debug, "A connection on session {Sid} was refused: {Reason}", EventName = nameof(Refused))]
        public static partial void Refused(ILogger logger, string sid, string reason);

        [LoggerMessage(3, LogLevel.Error, "Connecting session {Sid} to {Namespace} failed. To refuse a client, throw ConnectionRefusedException.", EventName = nameof(ConnectFailed))]
        public static partial void ConnectFailed(ILogger logger, Exception exception, string sid, string @namespace);

        [LoggerMessage(4, LogLevel.Warning, "A middleware of {Namespace} returned without calling next, so socket {SocketId} is refused. Call next to let clients in, or throw ConnectionRefusedException to tell them why not.", EventName = nameof(MiddlewareDidNotCallNext))]
        public static partial void MiddlewareDidNotCallNext(ILogger logger, string @namespace, string socketId);

        [LoggerMessage(5, LogLevel.Error, "The details of a refusal cannot be sent to session {Sid}, which gets the message alone.", EventName = nameof(DetailsFailed))]
        public static partial void DetailsFailed(ILogger logger, Exception exception, string sid);
    }
}
