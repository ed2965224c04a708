namespace SocketIoSharp;

/// <summary>
/// The patterns of channels: <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[a-z]</c>, <c>[^a]</c>, and a backslash before what shall mean itself.
/// They are compared byte by byte, as Redis does. Takes no longer than the product of both lengths.
/// </summary>
internal static class InMemoryRedisGlob
{
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        var inPattern = 0;
        var inText = 0;

        // Where to go on when the text does not fit: the last star takes one byte more.
        var afterStar = -1;
        var starTook = 0;
        while (inText < text.Length)
        {
            if (inPattern < pattern.Length && pattern[inPattern] == '*')
            {
                afterStar = ++inPattern;
                starTook = inText;
            }
            else if (inPattern < pattern.Length && IsOneMatch(pattern[inPattern..], text[inText], out var length))
            {
                inPattern += length;
                inText++;
            }
            else if (afterStar >= 0)
            {
                inPattern = afterStar;
                inText = ++starTook;
            }
            else
            {
                return false;
            }
        }

        return pattern[inPattern..].IndexOfAnyExcept((byte)'*') < 0;
    }

    private static bool IsOneMatch(ReadOnlySpan<byte> pattern, byte value, out int length)
    {
        length = 1;
        switch (pattern[0])
        {
            case (byte)'?':
                return true;
            case (byte)'[':
                return IsSetMatch(pattern, value, out length);
            case (byte)'\\' when pattern.Length > 1:
                length = 2;
                return pattern[1] == value;
            default:
                return pattern[0] == value;
        }
    }

    private static bool IsSetMatch(ReadOnlySpan<byte> pattern, byte value, out int length)
    {
        var isNegated = pattern.Length > 1 && pattern[1] == '^';
        var isMember = false;
        var at = isNegated ? 2 : 1;

        // A set without an end reaches to the end of the pattern.
        while (at < pattern.Length && pattern[at] != ']')
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length)
            {
                isMember |= pattern[at + 1] == value;
                at += 2;
            }
            else if (at + 2 < pattern.Length && pattern[at + 1] == '-')
            {
                var (first, last) = (pattern[at], pattern[at + 2]);
                isMember |= value >= Math.Min(first, last) && value <= Math.Max(first, last);
                at += 3;
            }
            else
            {
                isMember |= pattern[at] == value;
                at++;
            }
        }

        length = Math.Min(at + 1, pattern.Length);
        return isMember != isNegated;
    }
}
