using System.Buffers.Text;
using System.Security.Cryptography;

namespace SocketIoSharp;

/// <summary>
/// Texts for the positions of one log of events: a random word of that log, a dot, and the number of the event. A text of
/// another namespace, or of an earlier start of the process, is therefore never taken for a position.
/// </summary>
internal sealed class RecoveryOffset
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
    private const int BitsPerDigit = 6;
    private const int MaxDigits = 10;
    private const int WordBytes = 6;

    private readonly string _prefix = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(WordBytes)) + ".";

    public string Format(long position)
    {
        Span<char> digits = stackalloc char[MaxDigits + 1];
        var start = digits.Length;
        do
        {
            digits[--start] = Digits[(int)(position & ((1 << BitsPerDigit) - 1))];
            position >>= BitsPerDigit;
        }
        while (position > 0);
        return string.Concat(_prefix, digits[start..]);
    }

    /// <summary>Reads what a client says; each position has one text only.</summary>
    public bool TryParse(string offset, out long position)
    {
        position = 0;
        if (!offset.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var digits = offset.AsSpan(_prefix.Length);
        if (digits.Length is 0 or > MaxDigits || (digits[0] == '0' && digits.Length > 1))
        {
            return false;
        }

        foreach (var digit in digits)
        {
            var value = Digits.IndexOf(digit, StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }

            position = (position << BitsPerDigit) | (long)value;
        }

        return true;
    }
}
