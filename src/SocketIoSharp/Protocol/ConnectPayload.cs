using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SocketIoSharp;

/// <summary>The payloads that answer a client which wants to join a namespace.</summary>
internal static class ConnectPayload
{
    /// <summary><c>{"sid":"..."}</c>, and <c>"pid"</c> when the session can be recovered. Ids need no escapes.</summary>
    public static byte[] Joined(string id, string? privateId)
        => Encoding.ASCII.GetBytes(privateId is null ? $"{{\"sid\":\"{id}\"}}" : $"{{\"sid\":\"{id}\",\"pid\":\"{privateId}\"}}");

    /// <summary><c>{"message":"...","data":...}</c>, or the message alone when there are no data.</summary>
    public static byte[] Refused(string message, ReadOnlySpan<byte> data)
        => data.IsEmpty
            ? [.. "{\"message\":"u8, .. Text(message), .. "}"u8]
            : [.. "{\"message\":"u8, .. Text(message), .. ",\"data\":"u8, .. data, .. "}"u8];

    /// <summary>Version 2 clients get the data alone, or the message as a text when there are none.</summary>
    public static byte[] RefusedInVersion2(string message, ReadOnlySpan<byte> data) => data.IsEmpty ? Text(message) : data.ToArray();

    /// <summary>A JSON string.</summary>
    public static byte[] Text(string text)
        => [.. "\""u8, .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, .. "\""u8];
}
