using System.Text;
using System.Text.Json;

namespace SocketIoSharp.Redis.Tests;

/// <summary>What Node's adapters and emitters have sent to Redis, recorded once.</summary>
/// <param name="File">In which file it is.</param>
/// <param name="Position">Where in the file.</param>
/// <param name="Name">What was going on.</param>
/// <param name="Source">What Node was told.</param>
/// <param name="Command">The command.</param>
/// <param name="Target">The channel, the stream or the key.</param>
/// <param name="Bytes">What was published or set.</param>
/// <param name="Fields">What was added to the stream: names and values in turn.</param>
public sealed record RecordedMessage(string File, int Position, string Name, string Source, string Command, string Target, byte[] Bytes, IReadOnlyList<byte[]> Fields)
{
    private static readonly Lazy<IReadOnlyList<RecordedMessage>> s_all = new(() => [.. new[] { "classic", "sharded", "streams", "emitters" }.SelectMany(Read)]);

    public static IReadOnlyList<RecordedMessage> All => s_all.Value;

    public static IEnumerable<RecordedMessage> OnClassicChannels
        => All.Where(static message => message.Command == "PUBLISH" && (message.File == "classic" || message.File == "emitters"));

    public static IEnumerable<RecordedMessage> OnClusterChannels
        => All.Where(static message => message.Command is "PUBLISH" or "SPUBLISH" && (message.File == "sharded" || message.File == "streams"));

    public static IEnumerable<RecordedMessage> InStreams => All.Where(static message => message.Command == "XADD");

    public static IEnumerable<RecordedMessage> Sessions => All.Where(static message => message.Command == "SET");

    public bool IsRequest => Target.Contains("-request#", StringComparison.Ordinal);

    public bool IsResponse => Target.Contains("-response#", StringComparison.Ordinal);

    /// <summary>The second part of the channel's name.</summary>
    public string Namespace => Target.Split('#')[1];

    internal IReadOnlyList<RedisReply> Replies => [.. Fields.Select(static part => RedisReply.Of(part.AsMemory()))];

    public override string ToString() => $"{Name} ({File} {Position}, {Target})";

    private static IEnumerable<RecordedMessage> Read(string file)
    {
        using var stream = typeof(RecordedMessage).Assembly.GetManifestResourceStream($"Recorded/{file}.json")!;
        using var document = JsonDocument.Parse(stream);
        var position = 0;
        foreach (var message in document.RootElement.GetProperty("messages").EnumerateArray())
        {
            position++;
            if (message.TryGetProperty("channels", out _))
            {
                continue;
            }

            var isSet = message.TryGetProperty("value", out var value);
            yield return new RecordedMessage(
                file,
                position,
                message.GetProperty("name").GetString()!,
                message.GetProperty("source").GetString()!,
                message.GetProperty("command").GetString()!,
                message.GetProperty(message.TryGetProperty("channel", out _) ? "channel" : "key").GetString()!,
                message.TryGetProperty("hex", out var hex) ? Convert.FromHexString(hex.GetString()!) : isSet ? Encoding.UTF8.GetBytes(value.GetString()!) : [],
                message.TryGetProperty("fields", out var fields)
                    ? [.. fields.EnumerateArray().SelectMany(static field => field.EnumerateArray()).Select(static part => Encoding.UTF8.GetBytes(part.GetString()!))]
                    : []);
        }
    }
}
