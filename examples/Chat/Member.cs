namespace Chat;

/// <summary>Somebody with a name, with one or more browser tabs open. Guarded by the lock of <see cref="ChatMemory"/>.</summary>
internal sealed class Member(string name, string key, long beginning)
{
    public string Name { get; } = name;

    /// <summary>Also the Socket.IO room of all tabs of this person; what people type never is the name of a room as it stands.</summary>
    public string Id { get; } = IdOf(name);

    /// <summary>The secret of the browser that has the name.</summary>
    public string Key { get; } = key;

    public History Inbox { get; } = new(beginning);

    public int Connections { get; set; }

    /// <summary>Until when the name is kept for a browser that lost its connection.</summary>
    public DateTimeOffset KeptUntil { get; set; }

    public static string IdOf(string name) => "member:" + name.ToLowerInvariant();
}
