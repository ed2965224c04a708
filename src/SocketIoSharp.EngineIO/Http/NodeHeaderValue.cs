using Microsoft.Extensions.Primitives;

namespace SocketIoSharp.EngineIO;

/// <summary>Header values the way a Node server sees and may write them.</summary>
internal static class NodeHeaderValue
{
    /// <summary>The lines of a repeated header joined as Node joins them; null when the header is absent.</summary>
    public static string? Join(StringValues lines) => lines.Count switch
    {
        0 => null,
        1 => lines[0],
        _ => string.Join(", ", lines.ToArray()),
    };

    /// <summary>Whether a server may write this text as a header value without refusing the response.</summary>
    public static bool IsWritable(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
