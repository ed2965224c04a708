using System.Diagnostics.CodeAnalysis;

namespace SocketIoSharp;

/// <summary>What is kept under keys, each either bytes or a stream; forgotten when its time has come. The caller holds the lock.</summary>
internal sealed class InMemoryRedisKeys(TimeProvider time)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(string Key, Entry Entry), DateTimeOffset> _expiries = new();

    public DateTimeOffset Now => time.GetUtcNow();

    public bool TryGet(string key, out ReadOnlyMemory<byte> value)
    {
        if (!TryFind(key, out var entry))
        {
            value = default;
            return false;
        }

        value = entry.Stream is null ? entry.Value : throw WrongType();
        return true;
    }

    public void Set(string key, ReadOnlyMemory<byte> value, TimeSpan? lifetime)
    {
        ForgetExpired();
        var entry = new Entry(value, null);
        _entries[key] = entry;
        if (lifetime is { } wanted)
        {
            var now = Now;
            var expiry = wanted < DateTimeOffset.MaxValue - now ? now + wanted : DateTimeOffset.MaxValue;
            _expiries.Enqueue((key, entry), expiry);
        }
    }

    public bool Remove(string key) => TryFind(key, out _) && _entries.Remove(key);

    public InMemoryRedisStream? FindStream(string key) => TryFind(key, out var entry) ? entry.Stream ?? throw WrongType() : null;

    public InMemoryRedisStream GetOrAddStream(string key)
    {
        if (FindStream(key) is not { } stream)
        {
            stream = new InMemoryRedisStream();
            _entries[key] = new Entry(default, stream);
        }

        return stream;
    }

    private bool TryFind(string key, [MaybeNullWhen(false)] out Entry entry)
    {
        ForgetExpired();
        return _entries.TryGetValue(key, out entry);
    }

    private void ForgetExpired()
    {
        var now = Now;
        while (_expiries.TryPeek(out var expired, out var expiry) && expiry <= now)
        {
            _expiries.Dequeue();
            if (_entries.TryGetValue(expired.Key, out var current) && ReferenceEquals(current, expired.Entry))
            {
                _entries.Remove(expired.Key);
            }
        }
    }

    private static RedisCommandException WrongType() => new("WRONGTYPE Operation against a key holding the wrong kind of value");

    private sealed class Entry(ReadOnlyMemory<byte> value, InMemoryRedisStream? stream)
    {
        public ReadOnlyMemory<byte> Value => value;

        public InMemoryRedisStream? Stream => stream;
    }
}
