using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SocketIoSharp.InteropHost;

/// <summary>Values in JSON that JSON does not know: <c>{"$bytes": base64}</c> and <c>{"$date": milliseconds since 1970}</c>, at any depth.</summary>
internal static class TaggedValues
{
    private const string BytesTag = "$bytes";
    private const string DateTag = "$date";

    /// <summary>The value that a command means, made of ordinary objects.</summary>
    public static object? Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetInt64(out var integer) ? integer : json.GetDouble(),
        JsonValueKind.Array => json.EnumerateArray().Select(Read).ToList(),
        JsonValueKind.Object when json.TryGetProperty(BytesTag, out var bytes) => bytes.GetBytesFromBase64(),
        JsonValueKind.Object when json.TryGetProperty(DateTag, out var date) => DateTime.UnixEpoch.AddMilliseconds(date.GetDouble()),
        JsonValueKind.Object => json.EnumerateObject().ToDictionary(member => member.Name, member => Read(member.Value), StringComparer.Ordinal),
        _ => throw new ArgumentException("There is no value.", nameof(json)),
    };

    /// <summary>A value as it is written in the result of a command.</summary>
    public static JsonNode? Write(object? value) => value switch
    {
        null => null,
        JsonNode node => node,
        string text => text,
        bool truth => truth,
        long or int or double => JsonValue.Create(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        byte[] bytes => WriteBytes(bytes),
        DateTime date => new JsonObject { [DateTag] = (date - DateTime.UnixEpoch).TotalMilliseconds },
        EventArgument argument => WriteJson(argument.Utf8Json, argument.Attachments),
        IEnumerable<KeyValuePair<string, object?>> members
            => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Write(member.Value)))),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(Write)]),
        _ => throw new ArgumentException($"A {value.GetType()} is no value of a result.", nameof(value)),
    };

    private static JsonNode? WriteJson(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        using var document = JsonDocument.Parse(json);
        return WriteElement(document.RootElement, attachments);
    }

    private static JsonNode? WriteElement(JsonElement element, IReadOnlyList<ReadOnlyMemory<byte>> attachments) => element.ValueKind switch
    {
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(item => WriteElement(item, attachments))]),
        JsonValueKind.Object when element.TryGetProperty("_placeholder", out _) => WriteBytes(attachments[element.GetProperty("num").GetInt32()].Span),
        JsonValueKind.Object
            => new JsonObject(element.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, WriteElement(member.Value, attachments)))),
        JsonValueKind.Null => null,
        _ => JsonNode.Parse(element.GetRawText()),
    };

    private static JsonObject WriteBytes(ReadOnlySpan<byte> bytes) => new() { [BytesTag] = Convert.ToBase64String(bytes) };
}
