using System.Collections;

namespace SocketIoSharp;

/// <summary>The rooms that one socket has joined, in order: a small array, or a set once there are many. Guarded by its room table.</summary>
internal struct JoinedRooms : IEnumerable<string>
{
    private const int LargestArray = 16;

    private string[]? _array;
    private List<string>? _order;
    private HashSet<string>? _set;
    private int _count;

    public readonly int Count => _order?.Count ?? _count;

    public bool TryAdd(string room)
    {
        if (_set is not null)
        {
            if (!_set.Add(room))
            {
                return false;
            }

            _order!.Add(room);
            return true;
        }

        if (IndexOf(room) >= 0)
        {
            return false;
        }

        if (_count == LargestArray)
        {
            _order = [.. _array!, room];
            _set = new HashSet<string>(_order, StringComparer.Ordinal);
            _array = null;
            return true;
        }

        if (_array is null || _count == _array.Length)
        {
            Array.Resize(ref _array, Math.Max(2, _count * 2));
        }

        _array[_count++] = room;
        return true;
    }

    public bool Remove(string room)
    {
        if (_set is not null)
        {
            return _set.Remove(room) && _order!.Remove(room);
        }

        var index = IndexOf(room);
        if (index < 0)
        {
            return false;
        }

        _array.AsSpan(index + 1, _count - index - 1).CopyTo(_array.AsSpan(index));
        _array![--_count] = null!;
        return true;
    }

    public readonly IEnumerator<string> GetEnumerator()
        => (_order ?? (IEnumerable<string>)new ArraySegment<string>(_array ?? [], 0, _count)).GetEnumerator();

    readonly IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private readonly int IndexOf(string room)
    {
        for (var i = 0; i < _count; i++)
        {
            if (string.Equals(_array![i], room, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}
