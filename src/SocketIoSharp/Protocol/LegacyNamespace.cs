using System.Buffers;
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

    public static (ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Auth) Split(ReadOnlyMemory<byte> text)
    {
        var mark = text.Span.IndexOf((byte)'?');
        var path = mark < 0 ? text : text[..mark];
        if (path.Span.ContainsAnyExcept(s_plain))
        {
            path = Normalize(path.Span);
        }

        return (path.Length <= 1 ? default : path, mark < 0 ? default : ReadQuery(text.Span[mark..]));
    }

    /// <summary>The path is treated as that of a URL: dots are resolved, and what is not ASCII is escaped.</summary>
    private static byte[] Normalize(ReadOnlySpan<byte> path)
        => Uri.TryCreate("http://localhost" + Encoding.UTF8.GetString(path), UriKind.Absolute, out var url)
            ? Encoding.UTF8.GetBytes(url.AbsolutePath)
            : path.ToArray();

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
