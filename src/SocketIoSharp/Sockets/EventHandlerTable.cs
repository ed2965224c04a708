using System.Collections.Immutable;
using System.Text;

namespace SocketIoSharp;

/// <summary>Reads an event's arguments and runs the application's handler. The task is complete when the handler is done.</summary>
internal delegate Task EventHandler(Delegate target, ref ArgumentReader arguments);

/// <summary>
/// The application's handler and the code that knows how to call it. The code is the same for all handlers of one type, so that one
/// more handler costs each socket nothing but itself.
/// </summary>
internal readonly record struct HandlerCode(Delegate Target, EventHandler Run);

/// <summary>One handler in a table.</summary>
internal sealed class EventHandlerEntry(string eventName, HandlerCode handler, bool isOnce) : IEventRegistration
{
    private int _isTaken;

    public string EventName => eventName;

    /// <summary>Runs the handler.</summary>
    public Task RunAsync(ref ArgumentReader arguments) => handler.Run(handler.Target, ref arguments);

    /// <summary>The table that it stands in, where it can be taken out of; null in a shared table.</summary>
    public EventHandlerTable? Table { get; set; }

    /// <summary>The policies that the user must satisfy; null for none.</summary>
    public IReadOnlyCollection<string>? Policies { get; private set; }

    /// <summary>Whether the handler may run now; one that runs once is taken out by the first event.</summary>
    public bool TryTake()
    {
        if (!isOnce)
        {
            return true;
        }

        Dispose();
        return Interlocked.Exchange(ref _isTaken, 1) == 0;
    }

    public IEventRegistration RequireAuthorization(params IReadOnlyCollection<string> policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        Table?.Authorization?.ThrowIfMissing();
        Policies = SocketAuthorization.Combine(Policies, policies);
        return this;
    }

    public void Dispose() => Table?.Remove(this);
}

/// <summary>Event handlers in the order of their registration. Changes replace the array, so that reading needs no lock.</summary>
internal sealed class EventHandlerTable(SocketAuthorization? authorization = null)
{
    private ImmutableArray<EventHandlerEntry> _entries = [];

    public ImmutableArray<EventHandlerEntry> Entries => _entries;

    /// <summary>Knows whether the application has policies.</summary>
    public SocketAuthorization? Authorization => authorization;

    public EventHandlerEntry Add(string eventName, HandlerCode handler, bool isOnce = false)
    {
        ReservedEvents.ThrowIfNotAllowed(eventName);
        var entry = new EventHandlerEntry(eventName, handler, isOnce) { Table = this };
        ImmutableInterlocked.Update(ref _entries, static (entries, entry) => entries.Add(entry), entry);
        return entry;
    }

    public void Remove(EventHandlerEntry entry)
        => ImmutableInterlocked.Update(ref _entries, static (entries, entry) => entries.Remove(entry), entry);

    public void RemoveAll(string? eventName)
        => ImmutableInterlocked.Update(
            ref _entries,
            static (entries, name) => name is null ? [] : entries.RemoveAll(entry => string.Equals(entry.EventName, name, StringComparison.Ordinal)),
            eventName);

    /// <summary>Compares an event's name as it came with one of the application.</summary>
    public static bool IsSame(ReadOnlySpan<byte> utf8Name, string name)
        => utf8Name.Length == name.Length ? Ascii.Equals(utf8Name, name) : utf8Name.Length > name.Length && IsSameSlowly(utf8Name, name);

    private static bool IsSameSlowly(ReadOnlySpan<byte> utf8Name, string name)
        => Encoding.UTF8.GetByteCount(name) == utf8Name.Length && string.Equals(Encoding.UTF8.GetString(utf8Name), name, StringComparison.Ordinal);
}
