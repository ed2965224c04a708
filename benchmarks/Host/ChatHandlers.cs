using SocketIoSharp;

namespace SocketIoSharp.BenchmarkHost;

/// <summary>The events of the chat example, registered for each socket as it does: for measuring what idle clients cost.</summary>
internal static class ChatHandlers
{
    public static void Map(INamespace io)
    {
        io.Use((socket, next) =>
        {
            socket.Data["name"] = "guest";
            return next();
        });
        io.OnConnection(async socket =>
        {
            var visit = new Visit(socket);
            socket.Use((received, next) => next());
            socket.OnWithAck("join", (string room, long after) => visit.JoinAsync(room, after));
            socket.OnWithAck("leave", (string room) => visit.LeaveAsync(room));
            socket.OnWithAck("message", (string room, string text, string nonce) => visit.SayAsync(room, text, nonce));
            socket.OnWithAck("private", (string to, string text, string nonce) => visit.SayAsync(to, text, nonce));
            socket.OnWithAck("inbox", (long after) => Visit.ReadInbox(after));
            socket.On("typing", (string room) => visit.TypeAsync(room));
            socket.OnDisconnect(visit.EndAsync);
            await socket.EmitAsync("welcome", "guest");
        });
    }

    private sealed class Visit(IServerSocket socket)
    {
        private readonly HashSet<string> _rooms = [];

        public static Task<long> ReadInbox(long after) => Task.FromResult(after);

        public async Task<bool> JoinAsync(string room, long after)
        {
            await socket.JoinAsync(room);
            return _rooms.Add(room) && after >= 0;
        }

        public async Task<bool> LeaveAsync(string room)
        {
            await socket.LeaveAsync(room);
            return _rooms.Remove(room);
        }

        public async Task<string> SayAsync(string room, string text, string nonce)
        {
            await socket.To(room).EmitAsync("message", room, text);
            return nonce;
        }

        public Task TypeAsync(string room) => socket.To(room).EmitAsync("typing", room);

        public Task EndAsync(DisconnectReason reason)
        {
            _rooms.Clear();
            return Task.CompletedTask;
        }
    }
}
