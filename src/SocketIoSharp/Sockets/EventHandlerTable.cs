using System.Collections.Concurrent;

namespace SocketIoSharp;

/// <summary>Reads an event's arguments, runs the application's handler, and gives what is to be acknowledged (null: nothing).</summary>
internal delegate Task<object?[]?> EventHandler(ref EventPayload payload);

/// <summary>The handlers of one socket by event name.</summary>
internal sealed class EventHandlerTable
{
    private readonly ConcurrentDictionary<string, EventHandler[]> _handlers = new(StringComparer.Ordinal);

    public IDisposable Add(string eventName, EventHandler handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        if (ReservedEvents.Contains(eventName))
        {
            throw new ArgumentException($"\"{eventName}\" is a reserved event name", nameof(eventName));
        }

        _handlers.AddOrUpdate(eventName, static (_, handler) => [handler], static (_, all, handler) => [.. all, handler], handler);
        return new Registration(this, eventName, handler);
    }

    public EventHandler[] Find(string eventName) => _handlers.TryGetValue(eventName, out var handlers) ? handlers : [];

    private sealed class Registration(EventHandlerTable table, string eventName, EventHandler handler) : IDisposable
    {
        public void Dispose()
            => table._handlers.AddOrUpdate(eventName, static (_, _) => [], static (_, all, handler) => [.. all.Where(other => other != handler)], handler);
    }
}
