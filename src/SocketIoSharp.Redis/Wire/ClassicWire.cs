using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SocketIoSharp;

/// <summary>
/// The messages of the classic adapter. Broadcasts, questions to clients and their answers are MessagePack, or whatever the
/// application's codec makes of them; everything else is JSON. Immutable.
/// </summary>
internal sealed partial class ClassicWire(string namespaceName, IRedisCodec? codec, int maxMessageSize)
{
    /// <summary>What processes without a server call themselves.</summary>
    public const string EmitterUid = "emitter";

    private const int SocketIdsType = 0;
    private const int AllRoomsType = 1;
    private const int JoinType = 2;
    private const int LeaveType = 3;
    private const int DisconnectType = 4;
    private const int FetchType = 5;
    private const int ServerSideEmitType = 6;
    private const int BroadcastType = 7;
    private const int ClientCountType = 8;
    private const int AckType = 9;

    /// <summary>Finishes a message that is JSON so far.</summary>
    private byte[] ToBytes(ArgumentWriter message)
        => codec is null ? WireWriter.ToMessagePack(message) : codec.Encode(new ClusterValue(message.Written.ToArray(), message.TakeAttachments())).ToArray();

    /// <summary>Reads a request or a response; what does not begin with a brace is MessagePack, or the codec's.</summary>
    private bool TryReadText(ReadOnlyMemory<byte> bytes, out WireText text)
    {
        text = default;
        return bytes.Length <= maxMessageSize
            && (codec is null || WireText.IsJson(bytes.Span) ? WireText.TryRead(bytes, out text) : TryReadWithCodec(codec, bytes, out text));
    }

    [SuppressMessage("Design", "CA1031", Justification = "The application's codec is given whatever comes, and may refuse it in any way.")]
    private static bool TryReadWithCodec(IRedisCodec codec, ReadOnlyMemory<byte> bytes, out WireText text)
    {
        try
        {
            return WireText.TryRead(codec.Decode(bytes), out text);
        }
        catch (Exception)
        {
            text = default;
            return false;
        }
    }
}
