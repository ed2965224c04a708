using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// The namespace in a packet of a version 2 client: a path and a query, such as <c>/admin?token=abc</c>. The path is the name, and
/// the query is what later versions send as credentials.
/// </summary>
internal static class LegacyNamespace
{
    private static readonly SearchValues<byte> s_plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_~!$&'()*+,;=:@"u8);

    /// <summary>What the path of a URL cannot hold as it is, beside control characters and all that is not ASCII.</summary>
    private static readonly SearchValues<byte> s_escaped = SearchValues.Create(" \"<>`{}"u8);

    public static (ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Auth) Split(ReadOnlyMemory<byte> text)
    {
        text = text[..(text.Span.LastIndexOfAnyExceptInRange((byte)0, (byte)' ') + 1)];
        var fragment = text.Span.IndexOf((byte)'#');
        text = fragment < 0 ? text : text[..fragment];
        var mark = text.Span.IndexOf((byte)'?');
        var path = mark < 0 ? text : text[..mark];
        if (path.Span.ContainsAnyExcept(s_plain))
        {
            path = Normalize(path.Span);
        }

        return (path.Length <= 1 ? default : path, mark < 0 ? default : ReadQuery(text.Span[mark..]));
    }

    /// <summary>The path as that of a URL (URL Standard, 4.4 and 1.3): dots are resolved, escapes stay as they are, and little else is escaped.</summary>
    private static byte[] Normalize(ReadOnlySpan<byte> path)
    {
        var segments = new List<string>();
        var isDirectory = false;
        foreach (var segment in Encoding.UTF8.GetString(path).Replace('\\', '/').Split('/').Skip(1))
        {
            var cleaned = segment.Replace("\t", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
            var dots = cleaned.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase);
            isDirectory = dots is "." or "..";
            if (dots == ".." && segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (!isDirectory)
            {
                segments.Add(Escape(cleaned));
            }
        }

        return Encoding.UTF8.GetBytes($"/{string.Join('/', segments)}{(isDirectory && segments.Count > 0 ? "/" : "")}");
    }

    private static string Escape(string segment)
    {
        var escaped = new StringBuilder(segment.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(segment))
        {
            _ = unit is < 0x20 or >= 0x7f || s_escaped.Contains(unit) ? escaped.Append(CultureInfo.InvariantCulture, $"%{unit:X2}") : escaped.Append((char)unit);
        }

        return escaped.ToString();
    }

    private static byte[] ReadQuery(ReadOnlySpan<byte> query)
    {
        var parameters = EngineIOQuery.ReadAll(new Microsoft.AspNetCore.Http.QueryString(Encoding.UTF8.GetString(query)));
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        foreach (var (name, value) in parameters)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenSpan.ToArray();
    }
}
