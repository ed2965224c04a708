using System.Collections.Immutable;

namespace SocketIoSharp;

/// <summary>The handlers of events that servers of a cluster send each other.</summary>
internal sealed class ServerSideEvents
{
    private ImmutableArray<Entry> _entries = [];

    public static void ThrowIfNotAllowed(string eventName)
    {
        ArgumentNullException.ThrowIfNull(eventName);
        if (eventName is "connect" or "connection" or "new_namespace")
        {
            throw new ArgumentException($"\"{eventName}\" is a reserved event name", nameof(eventName));
        }
    }

    public IDisposable Add(string eventName, Func<EventArguments, Action<object?>, Task> handler)
    {
        ThrowIfNotAllowed(eventName);
        var entry = new Entry(this, eventName, handler);
        ImmutableInterlocked.Update(ref _entries, static (entries, entry) => entries.Add(entry), entry);
        return entry;
    }

    public IEnumerable<Func<EventArguments, Action<object?>, Task>> Find(string eventName)
        => _entries.Where(entry => string.Equals(entry.EventName, eventName, StringComparison.Ordinal)).Select(static entry => entry.Handler);

    private sealed class Entry(ServerSideEvents owner, string eventName, Func<EventArguments, Action<object?>, Task> handler) : IDisposable
    {
        public string EventName => eventName;

        public Func<EventArguments, Action<object?>, Task> Handler => handler;

        public void Dispose() => ImmutableInterlocked.Update(ref owner._entries, static (entries, entry) => entries.Remove(entry), this);
    }
}
