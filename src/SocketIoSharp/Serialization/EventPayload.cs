using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SocketIoSharp;

/// <summary>The arguments of a received event, read one after the other at the types that the handler declares.</summary>
internal ref struct EventPayload
{
    private readonly JsonSerializerOptions _options;
    private Utf8JsonReader _reader;
    private bool _isAtEnd;

    private EventPayload(Utf8JsonReader reader, JsonSerializerOptions options)
    {
        _reader = reader;
        _options = options;
    }

    /// <summary>The whole payload must be an array whose first element is a name that clients may use.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, JsonSerializerOptions options, out string eventName, out EventPayload payload)
    {
        eventName = string.Empty;
        payload = default;
        try
        {
            var check = new Utf8JsonReader(json);
            if (!check.Read() || check.TokenType != JsonTokenType.StartArray)
            {
                return false;
            }

            check.Skip();
            if (check.Read())
            {
                return false;
            }

            var reader = new Utf8JsonReader(json);
            reader.Read();
            reader.Read();
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
            {
                return false;
            }

            eventName = reader.TokenType == JsonTokenType.String ? reader.GetString()! : System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
            payload = new EventPayload(reader, options);
            return !ReservedEvents.Contains(eventName);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads the next argument; one that the client left out is null where the type has null.</summary>
    public T Read<T>()
    {
        if (!_isAtEnd && _reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            return JsonSerializer.Deserialize(ref _reader, (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)))!;
        }

        _isAtEnd = true;
        return default(T) is null ? default! : throw new JsonException($"An argument of type {typeof(T).Name} is missing.");
    }
}

/// <summary>The names that belong to the library on both sides.</summary>
internal static class ReservedEvents
{
    public static bool Contains(string eventName)
        => eventName is "connect" or "connect_error" or "disconnect" or "disconnecting" or "newListener" or "removeListener";
}
