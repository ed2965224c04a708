using System.Text;
using System.Text.RegularExpressions;

namespace SocketIoSharp.Redis.Tests;

/// <summary>Every message that was recorded from Node is understood, and the same message of ours has the same bytes.</summary>
public sealed partial class RecordedMessageTests
{
    private const int MaxMessageSize = 1024 * 1024;

    // What the JSON of this server does not tell apart, or does not have.
    private static readonly string[] s_differing =
    [
        "io.compress(true)", // says what goes without saying
        "NaN, Infinity, -Infinity", // JSON has null for these
        "1e21, 1e300", // Node's encoder writes other numbers
    ];

    [TestCaseSource(typeof(RecordedMessage), nameof(RecordedMessage.OnClassicChannels))]
    public void What_Node_publishes_with_the_classic_adapter_is_read_and_written(RecordedMessage recorded)
    {
        var wire = new ClassicWire(recorded.Namespace, codec: null, MaxMessageSize);

        var written = recorded.IsRequest ? RewriteRequest(wire, recorded)
            : recorded.IsResponse ? RewriteResponse(wire, recorded)
            : RewriteBroadcast(wire, recorded);

        AssertSame(written, recorded.Bytes, recorded);
    }

    [TestCaseSource(typeof(RecordedMessage), nameof(RecordedMessage.OnClusterChannels))]
    public void What_Node_publishes_with_the_other_adapters_is_read_and_written(RecordedMessage recorded)
    {
        var format = recorded.File == "streams" ? ClusterWireFormat.MessagePack : ClusterWireFormat.Json;
        var wire = new ClusterWire(recorded.Namespace, format, MaxMessageSize);

        Assert.That(wire.TryDecode(recorded.Bytes, out var message), Is.True);

        Assert.That(message!.Namespace, Is.EqualTo(recorded.Namespace));
        Assert.That(ClusterMessageCheck.IsValid(message), Is.True);
        AssertSame(wire.Encode(WithDates(message, recorded)), recorded.Bytes, recorded);
    }

    [TestCaseSource(typeof(RecordedMessage), nameof(RecordedMessage.InStreams))]
    public void What_Node_adds_to_a_stream_is_read_and_written(RecordedMessage recorded)
    {
        Assert.That(StreamWire.TryDecodeEntry(recorded.Replies, MaxMessageSize, out var message), Is.True);

        Assert.That(ClusterMessageCheck.IsValid(message!), Is.True);
        Assert.That(StreamWire.ReadNamespace(recorded.Replies), Is.EqualTo(message!.Namespace));
        Assert.That(StreamWire.IsFrom(recorded.Replies, message.Uid), Is.True);
        var written = StreamWire.EncodeEntry(WithDates(message, recorded), onlyPlaintext: false);
        Assert.That(written.Select(static field => field.ToString()).SkipLast(1), Is.EqualTo(recorded.Fields.Select(Encoding.UTF8.GetString).SkipLast(1)));
        AssertSame(written[^1].Bytes.ToArray(), recorded.Fields[^1], recorded);
    }

    [TestCaseSource(typeof(RecordedMessage), nameof(RecordedMessage.InStreams))]
    public void The_stream_of_a_namespace_is_the_one_that_Node_writes_to(RecordedMessage recorded)
    {
        var count = recorded.Name.Contains("three of them", StringComparison.Ordinal) ? 3 : 1;

        var name = StreamWire.GetStreamName(recorded.Target.Split('-')[0], count, StreamWire.ReadNamespace(recorded.Replies)!);

        Assert.That(name, Is.EqualTo(recorded.Target));
    }

    [TestCaseSource(typeof(RecordedMessage), nameof(RecordedMessage.Sessions))]
    public void A_session_that_Node_has_kept_is_read_and_written(RecordedMessage recorded)
    {
        Assert.That(StreamWire.TryDecodeSession(recorded.Bytes, out var stored), Is.True);

        Assert.That(recorded.Target, Does.EndWith(stored!.PrivateId));
        var session = new RecoverySession(stored.Id, stored.PrivateId, stored.Rooms, new SocketData());
        var written = Convert.FromBase64String(Encoding.UTF8.GetString(StreamWire.EncodeSession(session, _ => stored.Data)));
        var expected = Convert.FromBase64String(Encoding.UTF8.GetString(recorded.Bytes));

        Assert.That(Show(written), Is.EqualTo(WithoutDates(Show(expected))));
    }

    private static byte[] RewriteBroadcast(ClassicWire wire, RecordedMessage recorded)
    {
        Assert.That(wire.TryDecodeBroadcast(recorded.Bytes, out var message, out var offset), Is.True);

        Assert.That(offset, Is.Null);
        Assert.That(message!.Namespace, Is.EqualTo(recorded.Namespace));
        Assert.That(ClusterMessageCheck.IsValid(message), Is.True);
        return wire.EncodeBroadcast((BroadcastMessage)WithDates(message, recorded));
    }

    private static byte[]? RewriteRequest(ClassicWire wire, RecordedMessage recorded)
    {
        Assert.That(wire.TryDecodeRequest(recorded.Bytes, out var request), Is.True);

        // Nobody sends the forms of older servers any more.
        return request switch
        {
            { Kind: ClassicRequestKind.AllRooms } => wire.EncodeAllRoomsRequest(request.Uid!, request.RequestId!),
            { IsLegacy: false, Message: { } message } => wire.EncodeRequest(WithDates(message, recorded)),
            _ => null,
        };
    }

    private static byte[]? RewriteResponse(ClassicWire wire, RecordedMessage recorded)
    {
        Assert.That(wire.TryDecodeResponse(recorded.Bytes, out var response), Is.True);

        return response switch
        {
            { RequestId: var id, Rooms: { } rooms } => wire.EncodeRooms(id, rooms),
            { RequestId: var id, Message: FetchSocketsResponse { Sockets.Count: 0 } } => wire.EncodeSocketIds(id, [SocketIdOf(recorded)]),
            { Message: { } message } => wire.EncodeResponse(message),
            _ => wire.EncodeDone(response!.RequestId),
        };
    }

    private static string SocketIdOf(RecordedMessage recorded) => SocketId().Match(Encoding.UTF8.GetString(recorded.Bytes)).Value;

    private static void AssertSame(byte[]? written, byte[] expected, RecordedMessage recorded)
    {
        if (written is null || s_differing.Any(source => recorded.Source.Contains(source, StringComparison.Ordinal)))
        {
            return;
        }

        // One of Node's encoders writes 2^53 and more as floats, and takes an ArrayBuffer for an object without members.
        if (recorded.File == "streams" && (recorded.Source.Contains("2 ** 53", StringComparison.Ordinal) || recorded.Source.Contains(".buffer", StringComparison.Ordinal)))
        {
            return;
        }

        var isSocketData = recorded.Source.Contains("socket.data =", StringComparison.Ordinal) || recorded.Source.Contains(".disconnect()", StringComparison.Ordinal);
        Assert.That(Show(written), Is.EqualTo(isSocketData ? WithoutDates(Show(expected)) : Show(expected)));
    }

    // Where an application here has sent a date, the text is marked.
    private static ClusterMessage WithDates(ClusterMessage message, RecordedMessage recorded) => message switch
    {
        _ when !recorded.Source.Contains("new Date", StringComparison.Ordinal) => message,
        BroadcastMessage broadcast => broadcast with { Packet = WithDates(broadcast.Packet) },
        ServerSideEmitMessage emit => emit with { Packet = WithDates(emit.Packet) },
        _ => message,
    };

    private static EncodedPacket WithDates(EncodedPacket packet)
    {
        var dates = Date().Matches(Encoding.Latin1.GetString(packet.Json.Span)).Select(static match => match.Index).ToArray();
        return new EncodedPacket(packet.Namespace, packet.Json, packet.Attachments, packet.Id) { Dates = dates };
    }

    // Dates among the values of a socket are texts when this server sends them.
    private static string WithoutDates(string hex)
        => hex.Replace("D7FF1D5353006553F100", "B8" + Convert.ToHexString("2023-11-14T22:13:20.123Z"u8), StringComparison.Ordinal);

    private static string Show(byte[] bytes) => bytes is [(byte)'{', ..] ? Encoding.UTF8.GetString(bytes) : Convert.ToHexString(bytes);

    [GeneratedRegex("\"[-+]?[0-9]{4,6}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Date();

    [GeneratedRegex("socket-at-[A-Z]-socket-[a-z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SocketId();
}
