using SocketIoSharp;

namespace Cluster;

/// <summary>One open page. Nothing here says on which node anybody is: to the code, the cluster is one server.</summary>
internal sealed class VisitorHandler(Node node) : SocketHandler, ISocketHandler<VisitorHandler>
{
    public static void MapEvents(EventMap<VisitorHandler> events) => events
        .On("enter", (VisitorHandler visitor, string room) => visitor.EnterAsync(room))
        .On("say", (VisitorHandler visitor, string text) => visitor.SayAsync(text))
        .OnWithAck("who is there", (VisitorHandler visitor) => visitor.ListAsync())
        .OnWithAck("ask every node", (VisitorHandler visitor) => visitor.AskAsync());

    public override async Task OnConnectedAsync()
    {
        await Socket.JoinAsync(Rules.RoomOf(Socket.Handshake.GetAuth<Introduction>()));
        await Socket.EmitAsync("welcome", node.Name);
        await Namespace.EmitAsync("visitors changed");
    }

    public override Task OnDisconnectedAsync(DisconnectReason reason) => Namespace.EmitAsync("visitors changed");

    private static string? RoomOf(IRemoteSocket socket) => Rules.Rooms.FirstOrDefault(socket.Rooms.Contains);

    private async Task EnterAsync(string room)
    {
        if (Rules.Rooms.Contains(room) && RoomOf(Socket) is { } left && left != room)
        {
            await Socket.LeaveAsync(left);
            await Socket.JoinAsync(room);
            await Namespace.EmitAsync("visitors changed");
        }
    }

    /// <summary>Reaches everybody in the room, on all nodes.</summary>
    private async Task SayAsync(string text)
    {
        if (Rules.IsText(text) && RoomOf(Socket) is { } room)
        {
            await Namespace.To(room).EmitAsync("said", new Message(Socket.Data.Get<string>("name"), node.Name, room, text.Trim()));
        }
    }

    /// <summary>Asks all nodes for their sockets.</summary>
    private async Task<IEnumerable<Visitor>> ListAsync()
    {
        IReadOnlyList<IRemoteSocket> sockets;
        try
        {
            sockets = await Namespace.FetchSocketsAsync();
        }
        catch (ClusterTimeoutException exception)
        {
            sockets = exception.Sockets; // a node is there but does not answer: these are the sockets of the others
        }

        return sockets
            .Select(socket => new Visitor(socket.Id, socket.Data.Get<string>("name"), socket.Data.Get<string>("node"), RoomOf(socket)))
            .OrderBy(visitor => visitor.Name, StringComparer.Ordinal)
            .ThenBy(visitor => visitor.Id, StringComparer.Ordinal);
    }

    /// <summary>Asks the other nodes, and adds what this one would say.</summary>
    private async Task<NodeReports> AskAsync()
    {
        var others = await Namespace.ServerSideEmitWithAckAsync<NodeReport>("how are you");
        return new NodeReports(others.Responses.Append(node.Report(Namespace)).OrderBy(report => report.Node, StringComparer.Ordinal), others.MissingServers);
    }
}
