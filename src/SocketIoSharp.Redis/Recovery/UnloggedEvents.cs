namespace SocketIoSharp;

/// <summary>
/// Tells that clients here got events that are not in the log, because Redis was away or refused them: a mark is written into
/// the log, across which no session is resumed. Until it is there, none is resumed at all.
/// </summary>
/// <param name="bus">The way to Redis.</param>
/// <param name="stream">The key of the log.</param>
/// <param name="maxLength">How many entries it keeps.</param>
/// <param name="field">The field of a mark.</param>
/// <param name="value">Its value.</param>
internal sealed class UnloggedEvents(IRedisBus bus, string stream, int maxLength, string field, string value)
{
    private long _added;
    private long _marked;

    /// <summary>Whether a mark is missing.</summary>
    public bool Any => Interlocked.Read(ref _added) != Interlocked.Read(ref _marked);

    public void Add() => Interlocked.Increment(ref _added);

    /// <summary>Writes the mark if one is missing; it remains missing while Redis does not take it.</summary>
    public async Task MarkAsync()
    {
        var added = Interlocked.Read(ref _added);
        if (added == Interlocked.Read(ref _marked))
        {
            return;
        }

        try
        {
            await bus.ExecuteAsync("XADD", new RedisArgument[] { stream, "MAXLEN", "~", maxLength, "*", field, value }, CancellationToken.None);
            Interlocked.Exchange(ref _marked, added);
        }
        catch (Exception exception) when (exception is RedisUnavailableException or RedisCommandException)
        {
            // It is tried again when Redis is back, and when a session is looked for.
        }
    }

    /// <summary>Whether an entry is such a mark.</summary>
    public bool IsMark(in StreamEntry entry)
        => entry.Fields is [var name, var own] && name.ToString() == field && own.ToString() == value;
}
