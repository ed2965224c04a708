using System.Globalization;
using System.Runtime.InteropServices;

namespace SocketIoSharp;

/// <summary>The place of an entry in a stream: milliseconds, and a number among the entries of one millisecond.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamId(ulong Milliseconds, ulong Sequence) : IComparable<StreamId>
{
    /// <summary>Two numbers of 64 bits and what is between them.</summary>
    private const int MaxLength = 41;

    public static StreamId Start => default;

    public static bool operator <(StreamId left, StreamId right) => left.CompareTo(right) < 0;

    public static bool operator >(StreamId left, StreamId right) => left.CompareTo(right) > 0;

    public static bool operator <=(StreamId left, StreamId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(StreamId left, StreamId right) => left.CompareTo(right) >= 0;

    /// <summary>Reads a text in its only form: digits, a hyphen, digits.</summary>
    public static bool TryParse(string? text, out StreamId id)
    {
        id = default;
        // What reads numbers passes over zero characters behind them.
        if (text is null or { Length: > MaxLength } || text.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        var hyphen = text.IndexOf('-', StringComparison.Ordinal);
        if (hyphen <= 0
            || !ulong.TryParse(text.AsSpan(0, hyphen), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            || !ulong.TryParse(text.AsSpan(hyphen + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return false;
        }

        id = new StreamId(milliseconds, sequence);
        return true;
    }

    public int CompareTo(StreamId other)
        => Milliseconds != other.Milliseconds ? Milliseconds.CompareTo(other.Milliseconds) : Sequence.CompareTo(other.Sequence);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Sequence}");
}
