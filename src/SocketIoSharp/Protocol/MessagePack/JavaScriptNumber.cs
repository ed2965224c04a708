using System.Globalization;
using System.Numerics;

namespace SocketIoSharp;

/// <summary>Numbers as JSON.stringify writes them.</summary>
internal static class JavaScriptNumber
{
    /// <summary>The length of the longest text: a sign, seventeen digits behind <c>0.00000</c>.</summary>
    public const int MaxLength = 32;

    // JavaScript prints no exponent from 1e-6 up to, and not including, 1e21.
    private const int MaxPlainDigits = 21;
    private const int MinPlainPoint = -5;

    /// <summary>Writes the shortest text that is read back as the same number. NaN and the infinities are null, -0 is 0.</summary>
    public static int Format<T>(Span<byte> destination, T value)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (!T.IsFinite(value))
        {
            "null"u8.CopyTo(destination);
            return 4;
        }

        // The shortest digits are the same everywhere. The framework prints exponents earlier than JavaScript does.
        _ = (T.IsZero(value) ? T.Zero : value).TryFormat(destination, out var length, "R", CultureInfo.InvariantCulture);
        var exponentMark = destination.Slice(0, length).IndexOf((byte)'E');
        return exponentMark < 0 ? length : WriteWithoutMark(destination, exponentMark, length);
    }

    private static int WriteWithoutMark(Span<byte> destination, int exponentMark, int length)
    {
        var exponent = int.Parse(destination.Slice(exponentMark + 1, length - exponentMark - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var start = destination[0] == '-' ? 1 : 0;
        Span<byte> digits = stackalloc byte[MaxLength];
        var count = 0;
        foreach (var value in destination.Slice(start, exponentMark - start))
        {
            if (value != '.')
            {
                digits[count++] = value;
            }
        }

        digits = digits.Slice(0, count);

        // Where the point is, counted from the first digit.
        var point = exponent + 1;
        var position = start;
        if (point >= count && point <= MaxPlainDigits)
        {
            Append(destination, ref position, digits);
            destination.Slice(position, point - count).Fill((byte)'0');
            return position + point - count;
        }

        if (point <= 0 && point >= MinPlainPoint)
        {
            Append(destination, ref position, "0."u8);
            destination.Slice(position, -point).Fill((byte)'0');
            position -= point;
            Append(destination, ref position, digits);
            return position;
        }

        if (point > 0 && point <= MaxPlainDigits)
        {
            Append(destination, ref position, digits.Slice(0, point));
            Append(destination, ref position, "."u8);
            Append(destination, ref position, digits.Slice(point));
            return position;
        }

        Append(destination, ref position, digits.Slice(0, 1));
        if (count > 1)
        {
            Append(destination, ref position, "."u8);
            Append(destination, ref position, digits.Slice(1));
        }

        Append(destination, ref position, exponent < 0 ? "e-"u8 : "e+"u8);
        _ = Math.Abs(exponent).TryFormat(destination.Slice(position), out var written, default, CultureInfo.InvariantCulture);
        return position + written;
    }

    private static void Append(Span<byte> destination, ref int position, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination.Slice(position));
        position += text.Length;
    }
}
