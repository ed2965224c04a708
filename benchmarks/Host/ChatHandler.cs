using SocketIoSharp;

namespace SocketIoSharp.BenchmarkHost;

/// <summary>The same events as <see cref="ChatHandlers"/>, as a handler class.</summary>
internal sealed class ChatHandler : SocketHandler, ISocketHandler<ChatHandler>
{
    public static void MapEvents(EventMap<ChatHandler> events) => events
        .OnWithAck("join", (ChatHandler chat, string room, long after) => chat.JoinAsync(room, after))
        .OnWithAck("leave", (ChatHandler chat, string room) => chat.LeaveAsync(room))
        .OnWithAck("message", (ChatHandler chat, string room, string text, string nonce) => chat.SayAsync(room, text, nonce))
        .OnWithAck("private", (ChatHandler chat, string to, string text, string nonce) => chat.SayAsync(to, text, nonce))
        .OnWithAck("inbox", (ChatHandler _, long after) => after)
        .On("typing", (ChatHandler chat, string room) => chat.TypeAsync(room));

    public override Task OnConnectedAsync() => Socket.EmitAsync("welcome", "guest");

    private async Task<bool> JoinAsync(string room, long after)
    {
        await Socket.JoinAsync(room);
        return after >= 0;
    }

    private async Task<bool> LeaveAsync(string room)
    {
        await Socket.LeaveAsync(room);
        return true;
    }

    private async Task<string> SayAsync(string room, string text, string nonce)
    {
        await Socket.To(room).EmitAsync("message", room, text);
        return nonce;
    }

    private Task TypeAsync(string room) => Socket.To(room).EmitAsync("typing", room);
}
