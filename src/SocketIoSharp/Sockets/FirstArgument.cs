using System.Text.Json;

namespace SocketIoSharp;

/// <summary>The first element of an answer's payload.</summary>
internal static class FirstArgument
{
    public static bool TryFind(ReadOnlySpan<byte> array, out ReadOnlySpan<byte> json)
    {
        json = default;
        if (array.IsEmpty)
        {
            return false;
        }

        var reader = new Utf8JsonReader(array, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            return false;
        }

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        json = array[start..(int)reader.BytesConsumed];
        return true;
    }

    public static T Read<T>(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, IPayloadSerializer serializer)
        => typeof(T) == typeof(EventArgument)
            ? (T)(object)new EventArgument(json.ToArray(), attachments, serializer)
            : serializer.Read<T>(json, attachments);
}
