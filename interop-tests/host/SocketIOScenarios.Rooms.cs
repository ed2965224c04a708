using System.Globalization;
using System.Text.Json.Nodes;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.InteropHost;

/// <content>Rooms, and what the server knows of a socket.</content>
internal sealed partial class SocketIOScenarios
{
    private static string[] RoomsOf(IRemoteSocket socket) => [.. socket.Rooms.Order(StringComparer.Ordinal)];

    private static Dictionary<string, object?> DataOf(IRemoteSocket socket) => socket.Data.ToDictionary(StringComparer.Ordinal);

    private static object Described(IRemoteSocket socket) => new
    {
        id = socket.Id,
        rooms = RoomsOf(socket),
        data = DataOf(socket),
        auth = SocketIONamespaces.AuthOf(socket.Handshake),
    };

    private void AddRooms()
    {
        socket.OnWithAck("join", async (string[] rooms) =>
        {
            await socket.JoinAsync(rooms);
            return RoomsOf(socket);
        });
        socket.OnWithAck("leave", async (string room) =>
        {
            await socket.LeaveAsync(room);
            return RoomsOf(socket);
        });
        socket.On("broadcast", async (Target target, string name, EventArgument value, Ack acknowledge) =>
        {
            await target.In(Namespace, socket).EmitAsync(name, value);
            await acknowledge.SendAsync();
        });
        socket.OnWithAck("fetch-sockets", async (Target target) =>
        {
            var sockets = await target.In(Namespace, socket).FetchSocketsAsync();
            return sockets.OrderBy(found => found.Id, StringComparer.Ordinal).Select(Described).ToArray();
        });
        socket.On("sockets-join", async (Target target, string[] rooms, Ack acknowledge) =>
        {
            await target.In(Namespace, socket).SocketsJoinAsync(rooms);
            await acknowledge.SendAsync();
        });
        socket.On("sockets-leave", async (Target target, string[] rooms, Ack acknowledge) =>
        {
            await target.In(Namespace, socket).SocketsLeaveAsync(rooms);
            await acknowledge.SendAsync();
        });
        socket.On("disconnect-sockets", async (Target target, bool close, Ack acknowledge) =>
        {
            await target.In(Namespace, socket).DisconnectSocketsAsync(close);
            await acknowledge.SendAsync();
        });
        socket.On("remote", async (string id, string action, EventArgument value, Ack acknowledge) =>
        {
            var remote = (await Namespace.In(id).FetchSocketsAsync())[0];
            await (action switch
            {
                "join" => remote.JoinAsync(value.Get<string>()),
                "leave" => remote.LeaveAsync(value.Get<string>()),
                "emit" => remote.EmitAsync("from-remote", value),
                _ => remote.DisconnectAsync(value.Get<bool>()),
            });
            await acknowledge.SendAsync();
        });
    }

    private void AddFacts()
    {
        socket.OnWithAck("facts", () => new
        {
            id = socket.Id,
            @namespace = Namespace.Name,
            connected = socket.Connected,
            recovered = socket.Recovered,
            transport = socket.Transport == EngineIOTransportType.Polling ? "polling" : "websocket",
            rooms = RoomsOf(socket),
            data = DataOf(socket),
        });
        socket.OnWithAck("handshake", () =>
        {
            var handshake = socket.Handshake;
            return new
            {
                auth = SocketIONamespaces.AuthOf(socket),
                query = handshake.Query.GetValueOrDefault("custom"),
                eio = handshake.Query.GetValueOrDefault("EIO"),
                header = handshake.GetHeader("X-Custom") is [var header, ..] ? header : null,
                origin = handshake.GetHeader("Origin") is [var origin, ..] ? origin : null,
                cookie = handshake.GetHeader("Cookie") is [var cookie, ..] ? cookie : null,
                address = handshake.Address,
                secure = handshake.IsSecure,
                xdomain = handshake.IsCrossDomain,
                age = (long)(DateTimeOffset.UtcNow - handshake.Issued).TotalMilliseconds,
                time = handshake.Issued.ToString("ddd MMM dd yyyy HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'", CultureInfo.InvariantCulture),
                url = handshake.Url,
            };
        });

        // Whether the connection of a client could take something at once: a client that polls must have a request open.
        socket.OnWithAck("can-be-reached", (string id) => Namespace.Sockets[id].Session.IsWritable);
        socket.On("set-data", (string name, EventArgument value, Ack acknowledge) =>
        {
            socket.Data[name] = value;
            return acknowledge.SendAsync();
        });
    }

    private void AddEndings()
    {
        journal.Record(socket.Id, new JsonObject { ["what"] = "connection", ["recovered"] = socket.Recovered });
        socket.OnDisconnecting((reason, rooms) =>
        {
            var sorted = new JsonArray([.. rooms.Order(StringComparer.Ordinal).Select(room => JsonValue.Create(room))]);
            journal.Record(socket.Id, new JsonObject { ["what"] = "disconnecting", ["reason"] = reason.Text, ["rooms"] = sorted });
            return Task.CompletedTask;
        });
        socket.OnDisconnect(reason =>
        {
            var entry = new JsonObject { ["what"] = "disconnect", ["reason"] = reason.Text };
            if (reason.Details is { } details)
            {
                entry["details"] = details;
            }

            journal.Record(socket.Id, entry);
        });

        // Once it has left, a socket is in no room and joins none.
        socket.On("leave-and-join", async (string room) =>
        {
            await socket.DisconnectAsync();
            await socket.JoinAsync(room);
            journal.Record(socket.Id, new JsonObject { ["what"] = "joined too late", ["rooms"] = new JsonArray([.. RoomsOf(socket).Select(name => JsonValue.Create(name))]) });
        });
        socket.On("leave-me", (bool close) => socket.DisconnectAsync(close));
        socket.On("say-and-leave-me", async (bool close) =>
        {
            await socket.EmitAsync("goodbye", "last words");
            await socket.DisconnectAsync(close);
        });
        socket.On("close-engine", () => socket.Session.Close());
    }
}
