using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SocketIoSharp.InteropHost;

/// <content>What a node does when it is told to.</content>
internal sealed partial class ClusterNode
{
    // What has come, by namespace and event; a listener fills the list that it has made.
    private readonly ConcurrentDictionary<(string Namespace, string Event), ConcurrentQueue<EventArguments>> _heard = new();

    public Task<JsonNode?> RunAsync(ClusterCommand command) => RunAsync(command, command.Namespace ?? "/");

    private async Task<JsonNode?> RunAsync(ClusterCommand command, string name)
    {
        if (command.Do == "namespace")
        {
            FindOrMake(name);
            return null;
        }

        var source = _io.Of(name);
        switch (command.Do)
        {
            case "count":
                return await source.Adapter.GetServerCountAsync(CancellationToken.None);
            case "run":
                // Each one is started by the enumeration, as far as it goes without waiting.
                return new JsonArray(await Task.WhenAll(command.Commands.Select(each => RunAsync(each, each.Namespace ?? name)).ToList()));
            case "emit" when command.Timeout is not null:
                return Answers(await command.Target.In(source).Timeout(command.Patience).EmitWithAckAsync<EventArgument?>(command.EventName, [.. command.Arguments]));
            case "emit":
                await command.Target.In(source).EmitAsync(command.EventName, [.. command.Arguments]);
                return null;
            case "fetch":
                var sockets = await command.Target.In(source).FetchSocketsAsync();
                return new JsonArray([.. sockets.OrderBy(socket => socket.Id, StringComparer.Ordinal).Select(Describe)]);
            case "join":
                await command.Target.In(source).SocketsJoinAsync([.. command.Rooms]);
                return null;
            case "leave":
                await command.Target.In(source).SocketsLeaveAsync([.. command.Rooms]);
                return null;
            case "disconnect":
                await command.Target.In(source).DisconnectSocketsAsync(command.Close);
                return null;
            case "remote":
                return await RunRemoteAsync(source, command);
            case "allRooms":
                return InOrder(await source.Adapter.GetAllRoomsAsync(CancellationToken.None));
            case "listen":
                Listen(source, command);
                return null;
            case "heard":
                var heard = _heard.GetValueOrDefault((name, command.Event!)) ?? [];
                return new JsonArray([.. heard.Select(arguments => TaggedValues.Write(arguments))]);
            case "tell":
                await source.ServerSideEmitAsync(command.EventName, [.. command.Arguments]);
                return null;
            case "ask":
                return Answers(await source.ServerSideEmitWithAckAsync<EventArgument?>(command.EventName, [.. command.Arguments]));
            case "facts":
                return source.Sockets.TryGetValue(command.Id!, out var known) ? Facts(known) : null;
            case "set":
                SetData(source.Sockets[command.Id!], command.Data);
                return null;
            default:
                throw new ArgumentException($"no command \"{command.Do}\"", nameof(command));
        }
    }

    private static async Task<JsonNode?> RunRemoteAsync(INamespace source, ClusterCommand command)
    {
        var remote = (await source.In(command.Id!).FetchSocketsAsync())[0];
        switch (command.Action)
        {
            case "emit":
                await remote.EmitAsync(command.EventName, [.. command.Arguments]);
                return null;
            case "ask":
                return await AskAsync(remote, command);
            case "join":
                await remote.JoinAsync(command.Rooms);
                return null;
            case "leave":
                await Task.WhenAll(command.Rooms.Select(remote.LeaveAsync).ToList());
                return null;
            case "disconnect":
                await remote.DisconnectAsync(command.Close);
                return null;
            default:
                throw new ArgumentException($"no action \"{command.Action}\"", nameof(command));
        }
    }

    private static async Task<JsonNode?> AskAsync(IRemoteSocket remote, ClusterCommand command)
    {
        try
        {
            var answer = await remote.Timeout(command.Patience).EmitWithAckAsync(command.EventName, [.. command.Arguments]);
            return Answers(isComplete: true, [answer.Count > 0 ? answer[0] : null]);
        }
        catch (Exception exception) when (exception is AckTimeoutException or SocketDisconnectedException)
        {
            return Answers(isComplete: false, []);
        }
    }

    private void Listen(INamespace source, ClusterCommand command)
    {
        var heard = new ConcurrentQueue<EventArguments>();
        _heard[(source.Name, command.Event!)] = heard;
        if (command.Answer.ValueKind == JsonValueKind.Undefined)
        {
            source.OnServerSideEvent(command.Event!, arguments =>
            {
                heard.Enqueue(arguments);
                return Task.CompletedTask;
            });
            return;
        }

        var answer = TaggedValues.Read(command.Answer);
        source.OnServerSideEvent(command.Event!, arguments =>
        {
            heard.Enqueue(arguments);
            return Task.FromResult(answer);
        });
    }

    private static JsonObject Answers(BroadcastAcks<EventArgument?> answers) => Answers(answers.IsComplete, answers.Responses);

    private static JsonObject Answers(bool isComplete, IReadOnlyList<EventArgument?> answers)
        => new() { ["complete"] = isComplete, ["answers"] = TaggedValues.Write(answers) };

    private static JsonObject Facts(IServerSocket socket) => new()
    {
        ["id"] = socket.Id,
        ["rooms"] = InOrder(socket.Rooms),
        ["data"] = TaggedValues.Write(socket.Data),
        ["recovered"] = socket.Recovered,
    };

    private static JsonNode Describe(IRemoteSocket socket) => new JsonObject
    {
        ["id"] = socket.Id,
        ["rooms"] = InOrder(socket.Rooms),
        ["data"] = TaggedValues.Write(socket.Data),
        ["handshake"] = Describe(socket.Handshake),
    };

    private static JsonObject Describe(Handshake handshake) => new()
    {
        ["auth"] = handshake.AuthJson.IsEmpty ? new JsonObject() : JsonNode.Parse(handshake.AuthJson.Span),
        ["query"] = new JsonObject(handshake.Query.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
        ["headers"] = new JsonObject(handshake.Headers.Select(one => KeyValuePair.Create(NameInNode(one.Key), (JsonNode?)one.Value.ToString()))),
        ["address"] = handshake.Address,
        ["secure"] = handshake.IsSecure,
        ["xdomain"] = handshake.IsCrossDomain,
        ["url"] = handshake.Url,
        ["issued"] = handshake.Issued.ToUnixTimeMilliseconds(),
        ["time"] = handshake.Issued.ToString("ddd MMM dd yyyy HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'", CultureInfo.InvariantCulture),
    };

    /// <summary>Node shows the names of headers in small letters.</summary>
    private static string NameInNode(string header) => header.ToLowerInvariant();
}
