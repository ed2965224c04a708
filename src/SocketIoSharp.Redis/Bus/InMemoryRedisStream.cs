using System.Globalization;
using System.Text;

namespace SocketIoSharp;

/// <summary>A stream: entries by ascending id. The caller holds the lock.</summary>
internal sealed class InMemoryRedisStream
{
    private readonly List<Entry> _entries = [];

    // Where the list begins; what is before it has been trimmed.
    private int _first;

    public int Length => _entries.Count - _first;

    /// <summary>The newest id that was ever given.</summary>
    public UInt128 LastId { get; private set; }

    /// <summary>The next id by the clock; greater than all before even when the clock stands still or goes back.</summary>
    public UInt128 NextId(DateTimeOffset now)
    {
        var byClock = CreateId((ulong)now.ToUnixTimeMilliseconds(), 0);
        return byClock > LastId ? byClock : LastId + 1;
    }

    public void Add(UInt128 id, RedisReply fields)
    {
        LastId = id;
        _entries.Add(new Entry(id, RedisReply.Of([RedisReply.Of(Encoding.ASCII.GetBytes(Format(id))), fields])));
    }

    public void Trim(long maxLength)
    {
        while (Length > maxLength)
        {
            _entries[_first++] = default;
        }

        if (_first > 64 && _first > _entries.Count / 2)
        {
            _entries.RemoveRange(0, _first);
            _first = 0;
        }
    }

    /// <summary>The entries from one id to another, both included.</summary>
    public List<RedisReply> Range(UInt128 from, UInt128 to, long count, bool isReversed)
    {
        var found = new List<RedisReply>();
        var (start, end) = (IndexOf(from), to == UInt128.MaxValue ? _entries.Count : IndexOf(to + 1));
        for (var passed = 0; passed < end - start && found.Count < count; passed++)
        {
            found.Add(_entries[isReversed ? end - 1 - passed : start + passed].Reply);
        }

        return found;
    }

    public static UInt128 CreateId(ulong milliseconds, ulong sequence) => new(milliseconds, sequence);

    public static string Format(UInt128 id) => string.Create(CultureInfo.InvariantCulture, $"{(ulong)(id >> 64)}-{(ulong)id}");

    /// <summary>Reads an id; a missing second half is filled in.</summary>
    public static bool TryParse(string text, ulong missingSequence, out UInt128 id)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var isRead = TryParsePart(dash < 0 ? text : text.AsSpan(0, dash), out var milliseconds);
        var sequence = missingSequence;
        if (dash >= 0)
        {
            isRead &= TryParsePart(text.AsSpan(dash + 1), out sequence);
        }

        id = CreateId(milliseconds, sequence);
        return isRead;
    }

    private static bool TryParsePart(ReadOnlySpan<char> text, out ulong value) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>The index of the first entry whose id is not smaller.</summary>
    private int IndexOf(UInt128 id)
    {
        var (low, high) = (_first, _entries.Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_entries[middle].Id < id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private readonly record struct Entry(UInt128 Id, RedisReply Reply);
}
