using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace SocketIoSharp;

/// <summary>
/// Reads parts of a message that is known to be well-formed JSON. A part is the text of a value; an empty one is a member that
/// is not there. Members may come in any order, and those that nobody asks for are passed over.
/// </summary>
internal static class WireReader
{
    /// <summary>The largest integer that is exact in JavaScript.</summary>
    public const long LargestInteger = (1L << 53) - 1;

    // JavaScript counts time in milliseconds, and timers no further than this.
    private const double MaxTimeout = int.MaxValue;

    /// <summary>The values of some members of an object, in the order of the names; null when it is not an object.</summary>
    public static ReadOnlyMemory<byte>[]? ReadMembers(ReadOnlyMemory<byte> json, ReadOnlySpan<string> names)
    {
        if (!Begins(json, '{'))
        {
            return null;
        }

        var values = new ReadOnlyMemory<byte>[names.Length];
        var scanner = new JsonScanner(json.Span);
        scanner.Enter();
        while (scanner.MoveNext())
        {
            var index = IndexOf(names, scanner.ReadName());
            var value = scanner.ReadValue();
            if (index >= 0)
            {
                values[index] = json[value];
            }
        }

        return values;
    }

    /// <summary>The names and values of all members of an object; none when it is not one.</summary>
    public static IEnumerable<(string Name, ReadOnlyMemory<byte> Value)> ReadAllMembers(ReadOnlyMemory<byte> json)
    {
        var members = new List<(string, ReadOnlyMemory<byte>)>();
        if (!Begins(json, '{'))
        {
            return members;
        }

        var scanner = new JsonScanner(json.Span);
        scanner.Enter();
        while (scanner.MoveNext())
        {
            var name = Unescape(scanner.ReadName());
            members.Add((name, json[scanner.ReadValue()]));
        }

        return members;
    }

    /// <summary>The elements of an array; null when it is not one.</summary>
    public static List<ReadOnlyMemory<byte>>? ReadElements(ReadOnlyMemory<byte> json)
    {
        if (!IsArray(json))
        {
            return null;
        }

        var elements = new List<ReadOnlyMemory<byte>>();
        var scanner = new JsonScanner(json.Span);
        scanner.Enter();
        while (scanner.MoveNext())
        {
            elements.Add(json[scanner.ReadValue()]);
        }

        return elements;
    }

    /// <summary>Whether there is no such member. Node's encoders write undefined as null in some places.</summary>
    public static bool IsAbsent(ReadOnlyMemory<byte> json) => json.IsEmpty || json.Span.SequenceEqual("null"u8);

    public static bool IsObject(ReadOnlyMemory<byte> json) => Begins(json, '{');

    public static bool IsArray(ReadOnlyMemory<byte> json) => Begins(json, '[');

    /// <summary>Whether JavaScript takes a value for true.</summary>
    public static bool IsTruthy(ReadOnlyMemory<byte> json)
        => !IsAbsent(json) && !json.Span.SequenceEqual("false"u8) && !json.Span.SequenceEqual("\"\""u8) && ReadNumber(json) is not 0;

    public static string? ReadString(ReadOnlyMemory<byte> json) => Begins(json, '"') ? Unescape(json.Span[1..^1]) : null;

    /// <summary>An id; null when there is none, or nothing that could be one.</summary>
    public static string? ReadId(ReadOnlyMemory<byte> json) => ReadString(json) is { } id && ClusterMessageCheck.IsId(id) ? id : null;

    public static double? ReadNumber(ReadOnlyMemory<byte> json)
        => json.Span is [(byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..]
            && double.TryParse(json.Span, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;

    /// <summary>A number without a fraction within some bounds; null for anything else.</summary>
    public static long? ReadInteger(ReadOnlyMemory<byte> json, long minimum, long maximum)
        => ReadNumber(json) is { } number && number == Math.Floor(number) && number >= minimum && number <= maximum ? (long)number : null;

    public static TimeSpan? ReadTimeout(ReadOnlyMemory<byte> json) => ToTimeout(ReadNumber(json));

    public static TimeSpan? ToTimeout(double? milliseconds)
        => milliseconds is >= 0 ? TimeSpan.FromMilliseconds(Math.Min(milliseconds.Value, MaxTimeout)) : null;

    /// <summary>
    /// Names of rooms. Applications in JavaScript also use numbers; a single name stands for a list of one. Anything else makes
    /// the message unreadable, for a list without it could mean everybody.
    /// </summary>
    public static bool TryReadRooms(ReadOnlyMemory<byte> json, out ImmutableArray<string> rooms)
    {
        rooms = [];
        if (IsAbsent(json))
        {
            return true;
        }

        if (json.Span.SequenceEqual("[]"u8))
        {
            return true;
        }

        if (ReadElements(json) is not { } elements)
        {
            var single = ReadRoom(json);
            rooms = single is null ? [] : [single];
            return single is not null;
        }

        var names = new string[elements.Count];
        for (var index = 0; index < names.Length; index++)
        {
            if (ReadRoom(elements[index]) is not { } name)
            {
                return false;
            }

            names[index] = name;
        }

        rooms = System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(names);
        return true;
    }

    /// <summary>A number as JavaScript prints it.</summary>
    public static string ToText(double number)
    {
        Span<byte> text = stackalloc byte[JavaScriptNumber.MaxLength];
        return double.IsFinite(number) ? Encoding.UTF8.GetString(text[..JavaScriptNumber.Format(text, number)]) : number.ToString(CultureInfo.InvariantCulture);
    }

    private static string? ReadRoom(ReadOnlyMemory<byte> json) => ReadString(json) ?? (ReadNumber(json) is { } number ? ToText(number) : null);

    private static bool Begins(ReadOnlyMemory<byte> json, char first) => json.Span is [var actual, ..] && actual == first;

    private static int IndexOf(ReadOnlySpan<string> names, ReadOnlySpan<byte> name)
    {
        for (var index = 0; index < names.Length; index++)
        {
            if (Ascii.Equals(name, names[index]))
            {
                return index;
            }
        }

        return -1;
    }

    // Half a surrogate pair becomes U+FFFD: no name in .NET has to have one.
    private static string Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(text);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            return Encoding.UTF8.GetString(buffer, 0, JsonEscapes.Resolve(text, buffer));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
