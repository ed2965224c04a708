using System.Buffers.Text;

namespace SocketIoSharp;

/// <summary>Dates as text in the forms of JavaScript, over its whole range of years, which is wider than DateTime's.</summary>
internal static class JavaScriptDate
{
    /// <summary>A hundred million days on either side of 1970.</summary>
    public const long MaxMilliseconds = 8_640_000_000_000_000;

    /// <summary>The length of the longest text: <c>+275760-09-13T00:00:00.000Z</c>.</summary>
    public const int MaxLength = 27;

    private const long MillisecondsPerDay = 86_400_000;

    // The Gregorian calendar repeats after 400 years.
    private const int DaysPerEra = 146_097;
    private const int DaysFromEraTo1970 = 719_468;

    /// <summary>Writes what toISOString gives: UTC with milliseconds and Z, and years outside of 0 to 9999 with a sign and six digits.</summary>
    public static int Format(Span<byte> destination, long unixMilliseconds)
    {
        var days = FloorDivide(unixMilliseconds, MillisecondsPerDay);
        var time = (int)(unixMilliseconds - (days * MillisecondsPerDay));
        var (year, month, day) = ToDate((int)days);
        var length = 0;
        if (year is < 0 or > 9999)
        {
            destination[length++] = year < 0 ? (byte)'-' : (byte)'+';
            WriteDigits(destination, ref length, Math.Abs(year), 6);
        }
        else
        {
            WriteDigits(destination, ref length, year, 4);
        }

        destination[length++] = (byte)'-';
        WriteDigits(destination, ref length, month, 2);
        destination[length++] = (byte)'-';
        WriteDigits(destination, ref length, day, 2);
        destination[length++] = (byte)'T';
        WriteDigits(destination, ref length, time / 3_600_000, 2);
        destination[length++] = (byte)':';
        WriteDigits(destination, ref length, time / 60_000 % 60, 2);
        destination[length++] = (byte)':';
        WriteDigits(destination, ref length, time / 1000 % 60, 2);
        destination[length++] = (byte)'.';
        WriteDigits(destination, ref length, time % 1000, 3);
        destination[length++] = (byte)'Z';
        return length;
    }

    /// <summary>
    /// Reads ISO 8601 text as serializers write it: a date, or a date and a time with any number of decimals (cut to
    /// milliseconds) and Z or an offset. A time without either is UTC: the time zone of a server is nobody's business.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long unixMilliseconds)
    {
        unixMilliseconds = 0;
        if (!TryTakeYear(ref text, out var year) || !TryTake(ref text, '-', out var month) || !TryTake(ref text, '-', out var day))
        {
            return false;
        }

        if (month is < 1 or > 12 || day < 1 || day > DaysInMonth(year, month))
        {
            return false;
        }

        unixMilliseconds = ToDays(year, month, day) * MillisecondsPerDay;
        if (!text.IsEmpty)
        {
            if (!TryTake(ref text, 'T', out var hour) || !TryTake(ref text, ':', out var minute) || hour > 23 || minute > 59)
            {
                return false;
            }

            unixMilliseconds += (hour * 3_600_000L) + (minute * 60_000L);
            if (!text.IsEmpty && text[0] == ':')
            {
                if (!TryTake(ref text, ':', out var second) || second > 59)
                {
                    return false;
                }

                unixMilliseconds += (second * 1000L) + TakeDecimals(ref text);
            }

            if (!TryTakeOffset(text, ref unixMilliseconds))
            {
                return false;
            }
        }

        return unixMilliseconds is >= -MaxMilliseconds and <= MaxMilliseconds;
    }

    private static bool TryTakeYear(ref ReadOnlySpan<byte> text, out int year)
    {
        year = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        var isSigned = text[0] is (byte)'+' or (byte)'-';
        var isNegative = text[0] == '-';
        text = isSigned ? text.Slice(1) : text;
        if (!TryTakeDigits(ref text, isSigned ? 6 : 4, out year))
        {
            return false;
        }

        year = isNegative ? -year : year;
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, char separator, out int value)
    {
        value = 0;
        if (text.IsEmpty || text[0] != separator)
        {
            return false;
        }

        text = text.Slice(1);
        return TryTakeDigits(ref text, 2, out value);
    }

    private static bool TryTakeDigits(ref ReadOnlySpan<byte> text, int count, out int value)
    {
        value = 0;
        if (text.Length < count || text.Slice(0, count).ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(text.Slice(0, count), out value, out _))
        {
            return false;
        }

        text = text.Slice(count);
        return true;
    }

    private static int TakeDecimals(ref ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] != '.' || !char.IsAsciiDigit((char)text[1]))
        {
            return 0;
        }

        var milliseconds = 0;
        var unit = 100;
        text = text.Slice(1);
        while (!text.IsEmpty && char.IsAsciiDigit((char)text[0]))
        {
            milliseconds += (text[0] - '0') * unit;
            unit /= 10;
            text = text.Slice(1);
        }

        return milliseconds;
    }

    // Nothing, Z, or +hh:mm or -hh:mm; and then the text must be over.
    private static bool TryTakeOffset(ReadOnlySpan<byte> text, ref long unixMilliseconds)
    {
        if (text.IsEmpty || text.SequenceEqual("Z"u8))
        {
            return true;
        }

        var sign = text[0];
        if (sign is not ((byte)'+' or (byte)'-') || !TryTake(ref text, (char)sign, out var hours) || !TryTake(ref text, ':', out var minutes)
            || hours > 23 || minutes > 59 || !text.IsEmpty)
        {
            return false;
        }

        var offset = (hours * 3_600_000L) + (minutes * 60_000L);
        unixMilliseconds += sign == '+' ? -offset : offset;
        return true;
    }

    // Years begin in March here: then the leap day is the last of its year, and months follow a straight line.
    private static (int Year, int Month, int Day) ToDate(int daysSince1970)
    {
        var days = daysSince1970 + DaysFromEraTo1970;
        var era = (int)FloorDivide(days, DaysPerEra);
        var dayOfEra = days - (era * DaysPerEra);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var monthFromMarch = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * monthFromMarch) + 2) / 5) + 1;
        var month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, day);
    }

    private static long ToDays(int year, int month, int day)
    {
        var fromMarch = month <= 2 ? year - 1 : year;
        var era = (int)FloorDivide(fromMarch, 400);
        var yearOfEra = fromMarch - (era * 400);
        var dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return ((long)era * DaysPerEra) + dayOfEra - DaysFromEraTo1970;
    }

    private static int DaysInMonth(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    private static long FloorDivide(long value, long divisor) => (value - (((value % divisor) + divisor) % divisor)) / divisor;

    private static void WriteDigits(Span<byte> destination, ref int length, int value, int digits)
    {
        for (var index = digits - 1; index >= 0; index--)
        {
            destination[length + index] = (byte)('0' + (value % 10));
            value /= 10;
        }

        length += digits;
    }
}
