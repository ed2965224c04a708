using System.Collections.Immutable;

namespace SocketIoSharp;

/// <summary>Walks through the handlers of one event in two tables, one after the other, and allocates nothing.</summary>
internal ref struct MatchingHandlers(ReadOnlySpan<byte> name, ImmutableArray<EventHandlerEntry> first, ImmutableArray<EventHandlerEntry> second)
{
    private readonly ReadOnlySpan<byte> _name = name;
    private ReadOnlySpan<EventHandlerEntry> _rest = first.AsSpan();
    private ReadOnlySpan<EventHandlerEntry> _following = second.AsSpan();
    private EventHandlerEntry? _current;

    public readonly EventHandlerEntry Current => _current!;

    public readonly MatchingHandlers GetEnumerator() => this;

    public bool MoveNext()
    {
        while (true)
        {
            for (var i = 0; i < _rest.Length; i++)
            {
                if (EventHandlerTable.IsSame(_name, _rest[i].EventName))
                {
                    _current = _rest[i];
                    _rest = _rest[(i + 1)..];
                    return true;
                }
            }

            if (_following.IsEmpty)
            {
                _rest = default;
                return false;
            }

            _rest = _following;
            _following = default;
        }
    }
}
