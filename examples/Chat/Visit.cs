using SocketIoSharp;

namespace Chat;

/// <summary>One open tab. Its methods are what the page asks for, one at a time: Program.cs says which event is which.</summary>
internal sealed class Visit(ChatMemory memory, INamespace io, IServerSocket socket, Member me)
{
    // Not socket.Rooms: a socket leaves those at once when its connection is lost, while what it sent before still runs.
    private readonly HashSet<Room> _rooms = [];

    public Member Me => me;

    public async Task BeginAsync()
    {
        await socket.JoinAsync(me.Id);
        List<Task> sending = [];
        lock (memory.Gate)
        {
            if (ChatMemory.Arrive(me))
            {
                sending.Add(io.EmitAsync("online", me.Name));
            }

            // A recovered socket is in its rooms again, of which some may have been closed meanwhile.
            foreach (var id in socket.Rooms.Where(Room.IsId))
            {
                sending.Add(memory.FindRoomById(id) is { } room ? EnterAsync(room) : socket.LeaveAsync(id));
            }

            sending.Add(socket.EmitAsync("welcome", memory.Describe(me)));
        }

        await Task.WhenAll(sending);
    }

    /// <summary>Enters a room, which is opened if need be, and gives what was said there after a message.</summary>
    public async Task<JoinReply> JoinAsync(string roomName, long after)
    {
        if (Rules.TryName(roomName, Rules.LongestRoomName) is not { } name)
        {
            return new JoinReply("A room's name has up to 30 letters, digits, spaces, dots, dashes and underscores.", null, null, Gap: false);
        }

        // First the room, then the history: what is said in between comes twice, and the page knows it by its id.
        await socket.JoinAsync(Room.IdOf(name));
        List<Task> sending = [];
        JoinReply reply;
        lock (memory.Gate)
        {
            if (memory.TryOpenRoom(name, out var room, out var closed))
            {
                var missed = room.History.Since(after);
                reply = new JoinReply(null, room.Name, missed.Messages, missed.Gap);
                sending.Add(closed is null ? Task.CompletedTask : io.EmitAsync("closed", closed.Name));
                sending.Add(EnterAsync(room));
            }
            else
            {
                reply = new JoinReply("There are too many rooms. Please use one of them.", null, null, Gap: false);
                sending.Add(socket.LeaveAsync(Room.IdOf(name)));
            }
        }

        await Task.WhenAll(sending);
        return reply;
    }

    public async Task<Reply> LeaveAsync(string roomName)
    {
        Task sending;
        lock (memory.Gate)
        {
            if (memory.FindRoom(roomName) is not { } room || !_rooms.Remove(room))
            {
                return new Reply("You are not in that room.");
            }

            sending = ExitAsync(room);
        }

        await sending;
        await socket.LeaveAsync(Room.IdOf(roomName));
        return new Reply();
    }

    /// <summary>Says something in a room, to everybody there and the author's own tabs.</summary>
    public async Task<Reply> SayAsync(string roomName, string text, string nonce)
    {
        if (Rules.TryText(text) is not { } checkedText || !Rules.IsNonce(nonce))
        {
            return new Reply($"A message has 1 to {Rules.LongestText} characters.");
        }

        Task sending;
        lock (memory.Gate)
        {
            if (memory.FindRoom(roomName) is not { } room || !_rooms.Contains(room))
            {
                return new Reply("You are not in that room.");
            }

            if (room.History.Contains(me.Name, nonce))
            {
                return new Reply();
            }

            var message = memory.Write(me, room, to: null, checkedText, nonce);
            room.History.Add(message);
            sending = io.To(room.Id).EmitAsync("message", message);
        }

        await sending;
        return new Reply();
    }

    /// <summary>Says something to one person, in all tabs of both.</summary>
    public async Task<Reply> WhisperAsync(string name, string text, string nonce)
    {
        if (Rules.TryText(text) is not { } checkedText || !Rules.IsNonce(nonce))
        {
            return new Reply($"A message has 1 to {Rules.LongestText} characters.");
        }

        Task sending;
        lock (memory.Gate)
        {
            if (memory.FindMember(name) is not { } other || other == me)
            {
                return new Reply("That person is not here.");
            }

            if (me.Inbox.Contains(me.Name, nonce))
            {
                return new Reply();
            }

            var message = memory.Write(me, room: null, other, checkedText, nonce);
            me.Inbox.Add(message);
            other.Inbox.Add(message);
            sending = io.To([me.Id, other.Id]).EmitAsync("private", message);
        }

        await sending;
        return new Reply();
    }

    public Missed ReadInbox(long after)
    {
        lock (memory.Gate)
        {
            return me.Inbox.Since(after);
        }
    }

    /// <summary>Tells the others who can take it right now: what they miss of this is no loss.</summary>
    public Task TypeAsync(Typing? typing)
    {
        lock (memory.Gate)
        {
            if (memory.FindRoom(typing?.Room) is { } room && _rooms.Contains(room))
            {
                return socket.To(room.Id).Volatile.EmitAsync("typing", new TypingNotice(room.Name, me.Name, typing!.Active));
            }

            return memory.FindMember(typing?.To) is { } other
                ? socket.To(other.Id).Volatile.EmitAsync("typing", new TypingNotice(null, me.Name, typing!.Active))
                : Task.CompletedTask;
        }
    }

    public Task EndAsync(DisconnectReason reason)
    {
        List<Task> sending = [];
        lock (memory.Gate)
        {
            sending.AddRange(_rooms.Select(ExitAsync));
            if (memory.Depart(me, reason))
            {
                sending.Add(io.EmitAsync("offline", me.Name));
            }
        }

        return Task.WhenAll(sending);
    }

    private Task EnterAsync(Room room)
        => _rooms.Add(room) && room.Enter(me) ? io.EmitAsync("joined", room.Name, me.Name) : Task.CompletedTask;

    private Task ExitAsync(Room room)
        => room.Leave(me) ? io.EmitAsync("left", room.Name, me.Name) : Task.CompletedTask;
}
