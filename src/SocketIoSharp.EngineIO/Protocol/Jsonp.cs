using System.Buffers;
using System.Text;

namespace SocketIoSharp.EngineIO;

/// <summary>The script form of polling: answers call a function of the page, bodies are posted by a form.</summary>
internal static class Jsonp
{
    // Node's query string parser looks at no more fields than this.
    private const int MaxFields = 1000;

    /// <summary>The digits of the <c>j</c> query value.</summary>
    public static string ReadIndex(string? j)
        => string.IsNullOrEmpty(j) ? "" : string.Concat(j.Where(char.IsAsciiDigit));

    /// <summary>Writes <c>___eio[index]("payload");</c>.</summary>
    public static void WriteResponse(IBufferWriter<byte> output, string index, ReadOnlySpan<byte> utf8Payload)
    {
        output.Write("___eio["u8);
        Encoding.UTF8.GetBytes(index, output);
        output.Write("]("u8);
        JsonString.Write(output, utf8Payload, forScript: true);
        output.Write(");"u8);
    }

    /// <summary>Reads the payload from field <c>d</c> of a form; false, with nothing written, when it is missing or repeated.</summary>
    public static bool TryReadBody(ReadOnlySpan<byte> formBody, IBufferWriter<byte> payload)
    {
        var found = false;
        ReadOnlySpan<byte> value = default;
        for (var fields = 0; fields < MaxFields && !formBody.IsEmpty; fields++)
        {
            var end = formBody.IndexOf((byte)'&');
            var field = end < 0 ? formBody : formBody.Slice(0, end);
            formBody = end < 0 ? default : formBody.Slice(end + 1);

            var equals = field.IndexOf((byte)'=');
            var name = equals < 0 ? field : field.Slice(0, equals);
            if (!name.SequenceEqual("d"u8) && !name.SequenceEqual("%64"u8))
            {
                continue;
            }

            if (found)
            {
                return false;
            }

            found = true;
            value = equals < 0 ? default : field.Slice(equals + 1);
        }

        if (found && !value.IsEmpty)
        {
            payload.Advance(Unescape(value, payload.GetSpan(value.Length)));
        }

        return found;
    }

    // Two layers in one pass: the form encoding, then newlines, which browsers would alter in a form. The client sends
    // a newline as \n and a literal \n as \\n; so before an n a single backslash makes a newline, of several one goes.
    private static int Unescape(ReadOnlySpan<byte> value, Span<byte> output)
    {
        var length = 0;
        var backslashes = 0;
        for (var index = 0; index < value.Length; index++)
        {
            var next = value[index];
            if (next == '+')
            {
                next = (byte)' ';
            }
            else if (next == '%' && TryReadHex(value.Slice(index + 1), out var decoded))
            {
                next = decoded;
                index += 2;
            }

            if (next == 'n' && backslashes > 0)
            {
                output[length - 1] = backslashes == 1 ? (byte)'\n' : next;
            }
            else
            {
                output[length++] = next;
            }

            backslashes = next == '\\' ? backslashes + 1 : 0;
        }

        return length;
    }

    // An escape that is not two hexadecimal digits is kept as it is.
    private static bool TryReadHex(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.Length < 2 || !char.IsAsciiHexDigit((char)text[0]) || !char.IsAsciiHexDigit((char)text[1]))
        {
            return false;
        }

        value = (byte)((GetHexValue(text[0]) << 4) | GetHexValue(text[1]));
        return true;
    }

    private static int GetHexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
