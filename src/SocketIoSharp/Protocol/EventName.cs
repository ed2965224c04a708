using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SocketIoSharp;

/// <summary>The first element of an event's payload.</summary>
internal static class EventName
{
    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .:/#@!$%&()*+,;=?[]^{|}~<>'`");

    /// <summary>Reads a name with escapes as UTF-8; half a surrogate pair leaves it as it came.</summary>
    public static byte[] Unescape(ref Utf8JsonReader reader)
    {
        try
        {
            return Encoding.UTF8.GetBytes(reader.GetString()!);
        }
        catch (InvalidOperationException)
        {
            return reader.ValueSpan.ToArray();
        }
    }

    /// <summary>Gives the name on which a reader stands; numbers are allowed, too.</summary>
    public static string Read(ref Utf8JsonReader reader)
        => Encoding.UTF8.GetString(reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped ? Unescape(ref reader) : reader.ValueSpan);

    /// <summary>Writes a name as JSON.</summary>
    public static void Write(IBufferWriter<byte> output, string name)
    {
        if (name.AsSpan().ContainsAnyExcept(s_plain))
        {
            var encoded = JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
            output.Write("\""u8);
            output.Write(encoded);
            output.Write("\""u8);
            return;
        }

        var span = output.GetSpan(name.Length + 2);
        span[0] = (byte)'"';
        Encoding.ASCII.GetBytes(name, span[1..]);
        span[name.Length + 1] = (byte)'"';
        output.Advance(name.Length + 2);
    }
}
