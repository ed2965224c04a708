using System.Text.Json;
using System.Text.Unicode;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>A message as valid JSON, with the binary values that it came with. MessagePack is turned into this, so that there is one reader of messages.</summary>
/// <param name="Json">The text.</param>
/// <param name="Attachments">The binary values; placeholders are those of the library, whatever the application sends.</param>
internal readonly record struct WireText(ReadOnlyMemory<byte> Json, IReadOnlyList<ReadOnlyMemory<byte>> Attachments)
{
    /// <summary>An event may nest 512 levels; around it there are a few more.</summary>
    public const int MaxDepth = 520;

    // An empty binary value of two bytes grows to a hundred.
    public const int MaxAttachments = 1_000_000;

    /// <summary>What JSON messages begin with; nothing else in MessagePack that servers send does.</summary>
    private const byte JsonStart = (byte)'{';

    /// <summary>Whether a message is JSON: one that begins with a brace.</summary>
    public static bool IsJson(ReadOnlySpan<byte> bytes) => bytes is [JsonStart, ..];

    public static bool TryRead(ReadOnlyMemory<byte> bytes, out WireText text)
        => IsJson(bytes.Span) ? TryReadJson(bytes, out text) : TryReadMessagePack(bytes, out text);

    /// <summary>Checks a text that comes with binary values already.</summary>
    public static bool TryRead(ClusterValue? value, out WireText text)
    {
        text = default;
        if (value?.Attachments is null || !Utf8.IsValid(value.Json.Span) || !IsWellFormed(value.Json.Span))
        {
            return false;
        }

        text = new WireText(Trim(value.Json), value.Attachments);
        return true;
    }

    public static bool TryReadMessagePack(ReadOnlyMemory<byte> bytes, out WireText text)
    {
        text = default;
        var output = WireBuffer.Rent();
        try
        {
            var attachments = new List<ReadOnlyMemory<byte>>();
            var reader = new MessagePackReader(bytes.Span);
            if (!MessagePackToJson.TryTranscode(ref reader, output, attachments, out _, MaxDepth, MaxAttachments) || !reader.IsAtEnd)
            {
                return false;
            }

            text = new WireText(output.WrittenSpan.ToArray(), attachments);
            return true;
        }
        finally
        {
            WireBuffer.Return(output);
        }
    }

    private static bool TryReadJson(ReadOnlyMemory<byte> bytes, out WireText text)
    {
        // As Node decodes it: what is not UTF-8 is replaced.
        var json = Utf8Text.ReplaceInvalid(bytes);
        text = new WireText(json, []);
        return IsWellFormed(json.Span);
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> json)
        => json[^json.Span.TrimStart(" \t\r\n"u8).Length..];

    private static bool IsWellFormed(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
            }

            return reader.BytesConsumed > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
