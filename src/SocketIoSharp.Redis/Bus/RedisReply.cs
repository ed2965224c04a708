using System.Text;

namespace SocketIoSharp;

/// <summary>What a command returns. Maps of newer protocol versions are arrays of their keys and values in turn.</summary>
internal sealed class RedisReply
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly IReadOnlyList<RedisReply>? _items;

    private RedisReply(ReadOnlyMemory<byte> bytes, IReadOnlyList<RedisReply>? items, long? integer)
    {
        _bytes = bytes;
        _items = items;
        Integer = integer;
    }

    /// <summary>There is nothing.</summary>
    public static RedisReply Null { get; } = new(default, null, null);

    public bool IsNull => ReferenceEquals(this, Null);

    /// <summary>The number, when it is one.</summary>
    public long? Integer { get; }

    /// <summary>Whether it is a list.</summary>
    public bool IsArray => _items is not null;

    /// <summary>The elements; none when it is not a list.</summary>
    public IReadOnlyList<RedisReply> Items => _items ?? [];

    /// <summary>The bytes of a text; none when it is not one.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    public static RedisReply Of(ReadOnlyMemory<byte> bytes) => new(bytes, null, null);

    public static RedisReply Of(long number) => new(default, null, number);

    public static RedisReply Of(IReadOnlyList<RedisReply> items) => new(default, items, null);

    public override string ToString() => Integer?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Encoding.UTF8.GetString(_bytes.Span);
}
