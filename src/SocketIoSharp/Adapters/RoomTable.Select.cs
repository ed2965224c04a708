namespace SocketIoSharp;

/// <summary>Whom a broadcast reaches.</summary>
internal sealed partial class RoomTable
{
    /// <summary>The sockets that are meant, each once.</summary>
    public Recipients Select(BroadcastOptions options)
    {
        lock (_gate)
        {
            var rooms = options.Rooms;
            ServerSocket[] sockets;
            if (rooms.IsEmpty)
            {
                sockets = SnapshotLocked();
            }
            else if (rooms.Length == 1)
            {
                sockets = FindRoomLocked(rooms[0]);
            }
            else
            {
                var union = new HashSet<ServerSocket>();
                foreach (var room in rooms)
                {
                    union.UnionWith(FindRoomLocked(room));
                }

                sockets = [.. union];
            }

            return new Recipients(sockets, SelectExceptLocked(options.Except));
        }
    }

    public IReadOnlySet<string> GetSocketIds(BroadcastOptions options)
    {
        var recipients = Select(options);
        var ids = new HashSet<string>(recipients.Count, StringComparer.Ordinal);
        foreach (var socket in recipients)
        {
            ids.Add(socket.Id);
        }

        return ids;
    }

    private ServerSocket[] FindRoomLocked(string room)
    {
        var members = _rooms.TryGetValue(room, out var found) ? found.Snapshot : [];
        return _sockets.TryGetValue(room, out var owner) && owner.IsInOwnRoom
            ? members.Length == 0 ? owner.Alone : [.. members, owner]
            : members;
    }

    /// <summary>Most often one socket is left out, the sender; then no set is needed.</summary>
    private object? SelectExceptLocked(System.Collections.Immutable.ImmutableArray<string> except)
    {
        if (except.IsEmpty)
        {
            return null;
        }

        if (except.Length == 1)
        {
            var single = FindRoomLocked(except[0]);
            return single.Length switch
            {
                0 => null,
                1 => single[0],
                _ => new HashSet<ServerSocket>(single),
            };
        }

        var set = new HashSet<ServerSocket>();
        foreach (var room in except)
        {
            set.UnionWith(FindRoomLocked(room));
        }

        return set;
    }

    /// <summary>A snapshot of sockets, without those that are left out.</summary>
    public readonly struct Recipients(ServerSocket[] sockets, object? except)
    {
        /// <summary>How many there are at most.</summary>
        public int Count => sockets.Length;

        public Enumerator GetEnumerator() => new(sockets, except);
    }

    /// <summary>Walks a selection.</summary>
    public struct Enumerator(ServerSocket[] sockets, object? except)
    {
        private readonly HashSet<ServerSocket>? _set = except as HashSet<ServerSocket>;
        private int _index = -1;

        public readonly ServerSocket Current => sockets[_index];

        public bool MoveNext()
        {
            while (++_index < sockets.Length)
            {
                var socket = sockets[_index];
                if (!ReferenceEquals(socket, except) && _set?.Contains(socket) != true)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
