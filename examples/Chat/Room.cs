namespace Chat;

/// <summary>A room: who is there, and what was said. Guarded by the lock of <see cref="ChatMemory"/>.</summary>
internal sealed class Room(string name, bool isPermanent, long beginning)
{
    private const string IdPrefix = "room:";

    private readonly Dictionary<Member, int> _tabs = [];

    public string Name { get; } = name;

    /// <summary>The Socket.IO room.</summary>
    public string Id { get; } = IdOf(name);

    public bool IsPermanent { get; } = isPermanent;

    public History History { get; } = new(beginning);

    public bool IsEmpty => _tabs.Count == 0;

    public static string IdOf(string name) => IdPrefix + name.ToLowerInvariant();

    public static bool IsId(string socketIORoom) => socketIORoom.StartsWith(IdPrefix, StringComparison.Ordinal);

    /// <summary>Counts a tab; true when it is the person's first one here.</summary>
    public bool Enter(Member member)
    {
        var tabs = _tabs.GetValueOrDefault(member) + 1;
        _tabs[member] = tabs;
        return tabs == 1;
    }

    /// <summary>Counts a tab less; true when it was the person's last one here.</summary>
    public bool Leave(Member member)
    {
        var tabs = _tabs.GetValueOrDefault(member) - 1;
        if (tabs > 0)
        {
            _tabs[member] = tabs;
            return false;
        }

        return _tabs.Remove(member);
    }

    public RoomInfo Describe() => new(Name, [.. _tabs.Keys.Select(member => member.Name)]);
}
