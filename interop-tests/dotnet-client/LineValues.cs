using System.Text.Json;
using SocketIOClient;

namespace SocketIoSharp.InteropClient;

/// <summary>Values as lines have them and as the library has them: binary ones are { "$bytes": base64 } in a line.</summary>
internal static class LineValues
{
    public static object? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object when value.TryGetProperty("$bytes", out var bytes) => bytes.GetBytesFromBase64(),
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(static member => member.Name, static member => Read(member.Value), StringComparer.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Select(Read).ToList(),
        JsonValueKind.Null => null,
        _ => value,
    };

    /// <summary>The arguments that the library has received, to be sent once more.</summary>
    public static object?[] Arguments(SocketIOResponse response)
        => [.. Enumerable.Range(0, response.Count).Select(index => Again(response.GetValue(index), response))];

    public static void WriteArguments(Utf8JsonWriter json, string member, SocketIOResponse response, params ReadOnlySpan<string> first)
    {
        json.WriteStartArray(member);
        foreach (var text in first)
        {
            json.WriteStringValue(text);
        }

        for (var index = 0; index < response.Count; index++)
        {
            // A whole argument is read as an application reads it.
            if (IsPlaceholder(response.GetValue(index), out _))
            {
                WriteBytes(json, response.GetValue<byte[]>(index));
            }
            else
            {
                Write(json, response.GetValue(index), response);
            }
        }

        json.WriteEndArray();
    }

    private static object? Again(JsonElement value, SocketIOResponse response) => value.ValueKind switch
    {
        JsonValueKind.Object when IsPlaceholder(value, out var number) => response.InComingBytes[number],
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(static member => member.Name, member => Again(member.Value, response), StringComparer.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Select(item => Again(item, response)).ToList(),
        JsonValueKind.Null => null,
        _ => value,
    };

    private static void Write(Utf8JsonWriter json, JsonElement value, SocketIOResponse response)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when IsPlaceholder(value, out var number):
                WriteBytes(json, response.InComingBytes[number]);
                break;
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value, response);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item, response);
                }

                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static void WriteBytes(Utf8JsonWriter json, byte[] bytes)
    {
        json.WriteStartObject();
        json.WriteBase64String("$bytes", bytes);
        json.WriteEndObject();
    }

    private static bool IsPlaceholder(JsonElement value, out int number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty("_placeholder", out var flag) && flag.ValueKind == JsonValueKind.True
            && value.TryGetProperty("num", out var index) && index.TryGetInt32(out number);
    }
}
