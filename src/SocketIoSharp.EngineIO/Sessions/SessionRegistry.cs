using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace SocketIoSharp.EngineIO;

/// <summary>The sessions of one server by id.</summary>
internal sealed class SessionRegistry
{
    private readonly ConcurrentDictionary<string, EngineIOSession> _sessions = new(StringComparer.Ordinal);
    private int _count;

    // ConcurrentDictionary.Count takes every lock of the table.
    public int Count => Volatile.Read(ref _count);

    public bool TryAdd(EngineIOSession session)
    {
        if (!_sessions.TryAdd(session.Id, session))
        {
            return false;
        }

        Interlocked.Increment(ref _count);
        return true;
    }

    public void Remove(EngineIOSession session)
    {
        if (_sessions.TryRemove(new KeyValuePair<string, EngineIOSession>(session.Id, session)))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    public bool TryFind(string id, [MaybeNullWhen(false)] out EngineIOSession session) => _sessions.TryGetValue(id, out session);

    public IEnumerable<EngineIOSession> All => _sessions.Select(static pair => pair.Value);
}
