using Microsoft.AspNetCore.SignalR;

namespace SocketIoSharp.BenchmarkSignalR;

/// <summary>The handlers of the load generator, as methods of a hub.</summary>
internal sealed class LoadHub : Hub
{
    [HubMethodName("Echo")]
    public Task EchoAsync(string value) => Clients.Caller.SendAsync("Echo", value, Context.ConnectionAborted);

    public string Ack(string value) => value;

    [HubMethodName("Bcast")]
    public Task BroadcastAsync(string value) => Clients.All.SendAsync("Bcast", value, Context.ConnectionAborted);

    [HubMethodName("Join")]
    public Task JoinAsync(string room) => Groups.AddToGroupAsync(Context.ConnectionId, room, Context.ConnectionAborted);

    [HubMethodName("RoomBcast")]
    public Task BroadcastToRoomAsync(string room, string value) => Clients.Group(room).SendAsync("RoomBcast", value, Context.ConnectionAborted);
}
