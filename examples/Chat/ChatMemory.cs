using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using SocketIoSharp;

namespace Chat;

/// <summary>
/// Everything that the server knows: who has which name, the rooms, and the last messages. All of it is bounded, and gone when
/// the server stops. Take <see cref="Gate"/> before touching anything.
/// </summary>
internal sealed class ChatMemory
{
    private const int MostMembers = 500;
    private const int MostRooms = 50;

    private static readonly TimeSpan s_nameIsKeptFor = TimeSpan.FromMinutes(3);

    private readonly Dictionary<string, Member> _members = [];
    private readonly Dictionary<string, Room> _rooms = [];
    private readonly TimeProvider _time;
    private readonly long _beginning;
    private long _lastId;

    public ChatMemory(TimeProvider time)
    {
        _time = time;

        // Ids go on growing when the server starts again, so that a browser can say what it saw last.
        _beginning = time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000;
        _lastId = _beginning;
        foreach (var name in (string[])["Lobby", "Random", "Help"])
        {
            _rooms.Add(Room.IdOf(name), new Room(name, isPermanent: true, _beginning));
        }
    }

    /// <summary>
    /// Held while something changes and while the change is sent. Sending only hands over, in the order of the calls: so
    /// everybody sees the changes in the order in which they happened.
    /// </summary>
    public Lock Gate { get; } = new();

    /// <summary>Gives a name to a browser, or refuses it.</summary>
    public Member Claim(Credentials? credentials)
    {
        if (Rules.TryName(credentials?.Name, Rules.LongestPersonName) is not { } name || !Rules.IsKey(credentials!.Key))
        {
            throw new ConnectionRefusedException("A name has up to 20 letters, digits, spaces, dots, dashes and underscores.", new Refusal("invalid-name"));
        }

        lock (Gate)
        {
            if (!_members.TryGetValue(Member.IdOf(name), out var member) || !IsSame(member.Key, credentials.Key!))
            {
                if (member is not null && IsTaken(member))
                {
                    throw new ConnectionRefusedException($"The name {member.Name} is taken.", new Refusal("name-taken"));
                }

                if (_members.Count >= MostMembers && !ForgetMembers())
                {
                    throw new ConnectionRefusedException("The chat is full. Please try again later.", new Refusal("full"));
                }

                member = new Member(name, credentials.Key!, _beginning);
                _members[member.Id] = member;
            }

            // Nobody else gets the name between this and the connection.
            member.KeptUntil = _time.GetUtcNow() + s_nameIsKeptFor;
            return member;
        }
    }

    public Member GetMember(string name)
    {
        lock (Gate)
        {
            return _members[Member.IdOf(name)];
        }
    }

    /// <summary>Counts a tab; true when the person was not there before.</summary>
    public static bool Arrive(Member member) => ++member.Connections == 1;

    /// <summary>Counts a tab less; true when the person has gone. A goodbye gives the name up, a lost connection keeps it.</summary>
    public bool Depart(Member member, DisconnectReason reason)
    {
        if (--member.Connections > 0)
        {
            return false;
        }

        member.KeptUntil = _time.GetUtcNow() + (reason.Is(DisconnectReason.ClientNamespaceDisconnect) ? TimeSpan.Zero : s_nameIsKeptFor);
        return true;
    }

    /// <summary>Finds who has a name, now or until a moment ago.</summary>
    public Member? FindMember(string? name)
        => name is not null && _members.TryGetValue(Member.IdOf(name), out var member) && IsTaken(member) ? member : null;

    public Room? FindRoom(string? name) => name is null ? null : FindRoomById(Room.IdOf(name));

    public Room? FindRoomById(string id) => _rooms.GetValueOrDefault(id);

    /// <summary>Finds a room or opens it. When there are too many, an empty one is closed for it; when none is empty, false.</summary>
    public bool TryOpenRoom(string name, [NotNullWhen(true)] out Room? room, out Room? closed)
    {
        closed = null;
        room = FindRoom(name);
        if (room is not null)
        {
            return true;
        }

        if (_rooms.Count >= MostRooms)
        {
            closed = _rooms.Values.FirstOrDefault(candidate => candidate.IsEmpty && !candidate.IsPermanent);
            if (closed is null)
            {
                return false;
            }

            _rooms.Remove(closed.Id);
        }

        room = new Room(name, isPermanent: false, _beginning);
        _rooms.Add(room.Id, room);
        return true;
    }

    public ChatMessage Write(Member from, Room? room, Member? to, string text, string nonce)
        => new(++_lastId, from.Name, room?.Name, to?.Name, text, _time.GetUtcNow().ToUnixTimeMilliseconds(), nonce);

    public Welcome Describe(Member me) => new(
        me.Name,
        [.. _members.Values.Where(member => member.Connections > 0).Select(member => member.Name)],
        [.. _rooms.Values.Select(room => room.Describe())]);

    private static bool IsSame(string key, string other)
        => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(other));

    private bool IsTaken(Member member) => member.Connections > 0 || member.KeptUntil > _time.GetUtcNow();

    private bool ForgetMembers()
    {
        foreach (var (id, member) in _members)
        {
            if (!IsTaken(member))
            {
                _members.Remove(id);
            }
        }

        return _members.Count < MostMembers;
    }
}
