using System.Runtime.InteropServices;

namespace SocketIoSharp;

/// <summary>
/// The sockets of a namespace on this server and their rooms. One lock, held for dictionary operations only; broadcasts walk
/// snapshots. The room that every socket is in under its own id is not stored: it costs nothing.
/// </summary>
internal sealed partial class RoomTable(Adapter adapter)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServerSocket> _sockets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private ServerSocket[]? _snapshot;

    /// <summary>How many sockets there are, those included that are still connecting.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _sockets.Count;
            }
        }
    }

    /// <summary>All sockets, those included that are still connecting. The array must not be changed.</summary>
    public ServerSocket[] All
    {
        get
        {
            lock (_gate)
            {
                return SnapshotLocked();
            }
        }
    }

    /// <summary>A socket that is about to connect: from now on it can join rooms.</summary>
    public bool TryRegister(ServerSocket socket)
    {
        lock (_gate)
        {
            if (!_sockets.TryAdd(socket.Id, socket))
            {
                return false;
            }

            _snapshot = null;
            return true;
        }
    }

    public ServerSocket? Find(string socketId)
    {
        lock (_gate)
        {
            return _sockets.GetValueOrDefault(socketId);
        }
    }

    /// <summary>Whether a room has any sockets.</summary>
    public bool HasRoom(ReadOnlySpan<char> room)
    {
        lock (_gate)
        {
            return _rooms.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(room)
                || (_sockets.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(room, out var owner) && owner.IsInOwnRoom);
        }
    }

    public void Add(string socketId, IReadOnlyCollection<string> rooms)
    {
        foreach (var room in rooms)
        {
            bool isCreated;
            lock (_gate)
            {
                if (!_sockets.TryGetValue(socketId, out var socket) || socket.HasLeft || !AddLocked(socket, room, out isCreated))
                {
                    continue;
                }
            }

            if (isCreated)
            {
                adapter.RaiseRoomCreated(room);
            }

            adapter.RaiseRoomJoined(room, socketId);
        }
    }

    public void Remove(string socketId, string room)
    {
        bool isDeleted;
        lock (_gate)
        {
            if (!_sockets.TryGetValue(socketId, out var socket) || !RemoveLocked(socket, room, out isDeleted))
            {
                return;
            }
        }

        adapter.RaiseRoomLeft(room, socketId);
        if (isDeleted)
        {
            adapter.RaiseRoomDeleted(room);
        }
    }

    /// <summary>Takes the socket out of all rooms, its own one first and then in the order of joining, and forgets it.</summary>
    public void RemoveAll(string socketId)
    {
        List<(string Room, bool IsDeleted)> left;
        lock (_gate)
        {
            if (!_sockets.TryGetValue(socketId, out var socket))
            {
                return;
            }

            left = new(socket.RoomCount);
            foreach (var room in GetRoomsLocked(socket))
            {
                RemoveLocked(socket, room, out var isDeleted);
                left.Add((room, isDeleted));
            }

            _sockets.Remove(socketId);
            _snapshot = null;
        }

        foreach (var (room, isDeleted) in left)
        {
            adapter.RaiseRoomLeft(room, socketId);
            if (isDeleted)
            {
                adapter.RaiseRoomDeleted(room);
            }
        }
    }

    public IReadOnlyCollection<string> GetRooms()
    {
        lock (_gate)
        {
            var rooms = new HashSet<string>(_rooms.Keys, StringComparer.Ordinal);
            foreach (var (id, socket) in _sockets)
            {
                if (socket.IsInOwnRoom)
                {
                    rooms.Add(id);
                }
            }

            return rooms;
        }
    }

    public IReadOnlySet<string> GetRooms(string socketId)
    {
        lock (_gate)
        {
            return _sockets.TryGetValue(socketId, out var socket) ? GetRoomsLocked(socket).ToHashSet(StringComparer.Ordinal) : [];
        }
    }

    private bool AddLocked(ServerSocket socket, string room, out bool isCreated)
    {
        isCreated = false;
        if (string.Equals(room, socket.Id, StringComparison.Ordinal))
        {
            if (socket.IsInOwnRoom)
            {
                return false;
            }

            socket.IsInOwnRoom = true;
            isCreated = !_rooms.ContainsKey(room);
            return true;
        }

        if (!socket.JoinedRooms.TryAdd(room))
        {
            return false;
        }

        ref var members = ref CollectionsMarshal.GetValueRefOrAddDefault(_rooms, room, out var exists);
        members ??= new Room();
        members.Add(socket);
        isCreated = !exists && !(_sockets.TryGetValue(room, out var owner) && owner.IsInOwnRoom);
        return true;
    }

    private bool RemoveLocked(ServerSocket socket, string room, out bool isDeleted)
    {
        isDeleted = false;
        if (string.Equals(room, socket.Id, StringComparison.Ordinal))
        {
            if (!socket.IsInOwnRoom)
            {
                return false;
            }

            socket.IsInOwnRoom = false;
            isDeleted = !_rooms.ContainsKey(room);
            return true;
        }

        if (!socket.JoinedRooms.Remove(room))
        {
            return false;
        }

        var members = _rooms[room];
        members.Remove(socket);
        if (members.Count == 0)
        {
            _rooms.Remove(room);
            isDeleted = !(_sockets.TryGetValue(room, out var owner) && owner.IsInOwnRoom);
        }

        return true;
    }

    private static List<string> GetRoomsLocked(ServerSocket socket)
    {
        var rooms = new List<string>(socket.RoomCount);
        if (socket.IsInOwnRoom)
        {
            rooms.Add(socket.Id);
        }

        rooms.AddRange(socket.JoinedRooms);
        return rooms;
    }

    private ServerSocket[] SnapshotLocked() => _snapshot ??= [.. _sockets.Values];

    /// <summary>The members of one room; the snapshot lives until the next change.</summary>
    private sealed class Room
    {
        private readonly HashSet<ServerSocket> _members = [];
        private ServerSocket[]? _snapshot;

        public int Count => _members.Count;

        public ServerSocket[] Snapshot => _snapshot ??= [.. _members];

        public bool Contains(ServerSocket socket) => _members.Contains(socket);

        public void Add(ServerSocket socket)
        {
            _members.Add(socket);
            _snapshot = null;
        }

        public void Remove(ServerSocket socket)
        {
            _members.Remove(socket);
            _snapshot = null;
        }
    }
}
