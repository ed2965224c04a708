namespace SocketIoSharp;

/// <summary>One entry of a stream.</summary>
/// <param name="Id">Its place.</param>
/// <param name="Fields">Names and values in turn.</param>
internal readonly record struct StreamEntry(StreamId Id, IReadOnlyList<RedisReply> Fields)
{
    /// <summary>Whether a server has written it.</summary>
    public bool IsFrom(string uid) => StreamWire.IsFrom(Fields, uid);

    /// <summary>Reads entries as XRANGE gives them; what is not one is left out.</summary>
    public static List<StreamEntry> ReadAll(RedisReply reply)
    {
        var entries = new List<StreamEntry>(reply.Items.Count);
        foreach (var item in reply.Items)
        {
            // An entry that was deleted has no fields.
            if (item.Items is [var id, var fields] && StreamId.TryParse(id.ToString(), out var place))
            {
                entries.Add(new StreamEntry(place, fields.Items));
            }
        }

        return entries;
    }

    /// <summary>Reads the entries of the only stream that XREAD was asked for: a list of pairs, or in newer versions of the protocol a map.</summary>
    public static List<StreamEntry> ReadOnly(RedisReply reply)
        => reply.Items switch
        {
            [{ IsArray: true, Items: [_, var entries] }] => ReadAll(entries),
            [{ IsArray: false }, { IsArray: true } entries] => ReadAll(entries),
            _ => [],
        };
}
