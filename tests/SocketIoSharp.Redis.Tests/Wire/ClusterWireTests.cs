using System.Text;
using Microsoft.Extensions.Primitives;

namespace SocketIoSharp.Redis.Tests;

/// <summary>The messages of the sharded and the streams adapter where they are more than what was recorded.</summary>
public sealed class ClusterWireTests
{
    private const int MaxMessageSize = 1024 * 1024;

    private static readonly ClusterWire s_wire = new("/", ClusterWireFormat.Json, MaxMessageSize);

    [TestCase("{\"type\":1,\"uid\":\"a\",\"nsp\":\"/\"}", typeof(InitialHeartbeatMessage))]
    [TestCase("{\"nsp\":\"/\",\"type\":2,\"uid\":\"a\"}", typeof(HeartbeatMessage))]
    [TestCase("{\"type\":13,\"uid\":\"a\",\"nsp\":\"/\",\"data\":null}", typeof(AdapterCloseMessage))]
    public void Messages_without_data_are_read(string json, Type type)
    {
        Assert.That(s_wire.TryDecode(Encoding.UTF8.GetBytes(json), out var message), Is.True);

        Assert.That(message, Is.TypeOf(type));
    }

    [Test]
    public void Messages_without_data_have_no_such_member()
        => Assert.That(Text(s_wire.Encode(new HeartbeatMessage { Uid = "a", Namespace = "/" })), Is.EqualTo("{\"type\":2,\"uid\":\"a\",\"nsp\":\"/\"}"));

    [TestCase("{\"type\":0,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{}}")]
    [TestCase("{\"type\":14,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{}}")]
    [TestCase("{\"type\":2.5,\"uid\":\"a\",\"nsp\":\"/\"}")]
    [TestCase("{\"type\":2,\"nsp\":\"/\"}")]
    [TestCase("{\"type\":2,\"uid\":\"\",\"nsp\":\"/\"}")]
    [TestCase("{\"type\":2,\"uid\":\"a\"}")]
    [TestCase("{\"type\":3,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{\"packet\":{\"data\":[\"a\"]}}}")]
    [TestCase("{\"type\":3,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{\"opts\":{},\"packet\":{\"type\":3,\"data\":[\"a\"]}}}")]
    [TestCase("{\"type\":3,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{\"opts\":{},\"requestId\":7,\"packet\":{\"data\":[\"a\"]}}}")]
    [TestCase("{\"type\":7,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{\"opts\":{}}}")]
    [TestCase("{\"type\":8,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{\"requestId\":\"a\"}}")]
    [TestCase("{\"type\":11,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{\"requestId\":\"a\",\"clientCount\":\"1\"}}")]
    [TestCase("{\"type\":12,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{}}")]
    public void A_message_that_lacks_what_it_needs_is_refused(string json)
        => Assert.That(s_wire.TryDecode(Encoding.UTF8.GetBytes(json), out _), Is.False);

    [Test]
    public void Half_a_pair_of_surrogates_becomes_another_character_in_names_and_stays_in_values()
    {
        var json = "{\"type\":3,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{\"packet\":{\"data\":[\"\\ud83d\",\"\\ude00\"]},\"opts\":{\"rooms\":[\"r\\ud83d\"]}}}"u8.ToArray();

        Assert.That(s_wire.TryDecode(json, out var message), Is.True);

        var broadcast = (BroadcastMessage)message!;
        Assert.That(broadcast.Options.Rooms, Is.EqualTo(new[] { "r\uFFFD" }));
        Assert.That(Text(broadcast.Packet.Json), Is.EqualTo("[\"\\ud83d\",\"\\ude00\"]"));
    }

    [Test]
    public void Bytes_that_are_no_text_are_replaced()
    {
        byte[] json = [.. "{\"type\":3,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{\"packet\":{\"data\":[\""u8, 0xFF, .. "\"]},\"opts\":{}}}"u8];

        Assert.That(s_wire.TryDecode(json, out var message), Is.True);

        Assert.That(Text(((BroadcastMessage)message!).Packet.Json), Is.EqualTo("[\"\uFFFD\"]"));
    }

    [Test]
    public void What_looks_like_a_placeholder_remains_what_it_is_on_every_wire()
    {
        var json = "{\"type\":12,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{\"requestId\":\"q\",\"packet\":{\"_placeholder\":true,\"num\":0}}}"u8.ToArray();
        var messagePack = new ClusterWire("/", ClusterWireFormat.MessagePack, MaxMessageSize);

        Assert.That(s_wire.TryDecode(json, out var fromJson), Is.True);
        Assert.That(messagePack.TryDecode(messagePack.Encode(fromJson!), out var fromMessagePack), Is.True);

        foreach (var message in new[] { fromJson, fromMessagePack })
        {
            var value = ((BroadcastAckResponse)message!).Value!;
            Assert.That(Text(value.Json), Is.EqualTo("{\"\\u005fplaceholder\":true,\"num\":0}"));
            Assert.That(value.Attachments, Is.Empty);
        }
    }

    [Test]
    public void Each_socket_has_its_own_bytes()
    {
        var response = new FetchSocketsResponse
        {
            Uid = "a",
            Namespace = "/",
            RequestId = "q",
            Sockets = [CreateSocket("{\"a\":{\"_placeholder\":true,\"num\":0}}", new byte[] { 1 }), CreateSocket("{\"b\":{\"_placeholder\":true,\"num\":0}}"), CreateSocket("{\"c\":{\"_placeholder\":true,\"num\":0}}", new byte[] { 2 })],
        };

        Assert.That(s_wire.TryDecode(s_wire.Encode(response), out var read), Is.True);

        var data = ((FetchSocketsResponse)read!).Sockets.Select(static socket => socket.Data).ToArray();
        Assert.That(data.Select(static value => Text(value.Json)), Is.EqualTo(new[] { "{\"a\":{\"_placeholder\":true,\"num\":0}}", "{\"b\":{\"\\u005fplaceholder\":true,\"num\":0}}", "{\"c\":{\"_placeholder\":true,\"num\":0}}" }));
        Assert.That(data.Select(static value => value.Attachments.Select(static bytes => bytes.ToArray())), Is.EqualTo(new byte[][][] { [[1]], [], [[2]] }));
    }

    [Test]
    public void A_handshake_may_lack_anything_and_hold_anything()
    {
        var json = "{\"type\":8,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{\"requestId\":\"q\",\"sockets\":[{\"id\":\"s\"},{\"id\":\"t\",\"data\":[],\"rooms\":null,\"handshake\":{\"headers\":{\"a\":\"1\",\"set-cookie\":[\"b\",\"c\"],\"n\":7,\"o\":{}},\"query\":{\"x\":[\"1\",\"2\"],\"y\":true},\"auth\":\"text\",\"issued\":1e300,\"secure\":1,\"address\":7}}]}}"u8.ToArray();

        Assert.That(s_wire.TryDecode(json, out var message), Is.True);
        Assert.That(ClusterMessageCheck.IsValid(message!), Is.True);

        var sockets = ((FetchSocketsResponse)message!).Sockets;
        Assert.That(sockets[0].Handshake.Headers, Is.Empty);
        Assert.That(Text(sockets[0].Data.Json), Is.EqualTo("{}"));
        var handshake = sockets[1].Handshake;
        Assert.That(handshake.Headers, Is.EqualTo(new Dictionary<string, StringValues> { ["a"] = "1", ["set-cookie"] = new(["b", "c"]), ["n"] = "7" }));
        Assert.That(handshake.Query, Is.EqualTo(new Dictionary<string, string> { ["x"] = "2" }));
        Assert.That(handshake.AuthJson.IsEmpty, Is.True);
        Assert.That(handshake.IsSecure, Is.True);
        Assert.That(handshake.Address, Is.Empty);
        Assert.That(handshake.Issued, Is.EqualTo(default(DateTimeOffset)));
    }

    [Test]
    public void Headers_that_came_several_times_are_joined_as_in_Node()
    {
        var socket = CreateSocket("{}") with
        {
            Handshake = new RemoteHandshake
            {
                Headers = new Dictionary<string, StringValues> { ["x-forwarded-for"] = new(["a", "b"]), ["cookie"] = new(["c=1", "d=2"]), ["set-cookie"] = "e" },
                Query = new Dictionary<string, string>(),
                Url = "/",
                Address = "::1",
                Issued = DateTimeOffset.FromUnixTimeMilliseconds(1_795_216_564_034),
            },
        };

        var bytes = s_wire.Encode(new FetchSocketsResponse { Uid = "a", Namespace = "/", RequestId = "q", Sockets = [socket] });

        Assert.That(Text(bytes), Does.Contain("{\"headers\":{\"x-forwarded-for\":\"a, b\",\"cookie\":\"c=1; d=2\",\"set-cookie\":[\"e\"]},\"time\":\"Fri Nov 20 2026 23:16:04 GMT+0000 (Coordinated Universal Time)\",\"address\":\"::1\",\"xdomain\":false,\"secure\":false,\"issued\":1795216564034,\"url\":\"/\",\"query\":{},\"auth\":{}}"));
    }

    [TestCase("1000", 1000)]
    [TestCase("1.5", 1.5)]
    [TestCase("1e300", int.MaxValue)]
    public void A_timeout_is_in_milliseconds(string number, double milliseconds)
    {
        var json = $"{{\"type\":7,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{{\"requestId\":\"q\",\"opts\":{{\"flags\":{{\"timeout\":{number}}}}}}}}}";

        Assert.That(s_wire.TryDecode(Encoding.UTF8.GetBytes(json), out var message), Is.True);

        Assert.That(((FetchSocketsMessage)message!).Options.Timeout, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Test]
    public void A_wait_without_end_is_not_said()
    {
        var message = new FetchSocketsMessage { Uid = "a", Namespace = "/", RequestId = "q", Options = new BroadcastOptions { Timeout = Timeout.InfiniteTimeSpan } };

        Assert.That(Text(s_wire.Encode(message)), Does.Contain("\"flags\":{}"));
    }

    [Test]
    public void Streams_of_plain_text_hold_what_Buffers_are_in_JSON()
    {
        var message = new BroadcastMessage { Uid = "a", Namespace = "/", Options = BroadcastOptions.Everybody, Packet = new EncodedPacket("/", "[\"a\",{\"_placeholder\":true,\"num\":0}]"u8.ToArray(), [new byte[] { 1 }]) };

        var fields = StreamWire.EncodeEntry(message, onlyPlaintext: true);

        Assert.That(string.Join(' ', fields), Is.EqualTo("uid a nsp / type 3 data {\"packet\":{\"type\":2,\"data\":[\"a\",{\"type\":\"Buffer\",\"data\":[1]}]},\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}}"));
    }

    [Test]
    public void An_entry_that_lacks_a_field_is_refused()
    {
        RedisReply[] whole = [.. StreamWire.EncodeEntry(new SocketsJoinMessage { Uid = "a", Namespace = "/", Options = BroadcastOptions.Everybody, Rooms = ["r"] }, false).Select(static part => RedisReply.Of(part.Bytes))];

        for (var length = 0; length < whole.Length; length++)
        {
            Assert.That(StreamWire.TryDecodeEntry(whole[..length], MaxMessageSize, out _), Is.False);
        }

        Assert.That(StreamWire.TryDecodeEntry(whole, MaxMessageSize, out _), Is.True);
        Assert.That(StreamWire.TryDecodeEntry([RedisReply.Null, RedisReply.Of(7), .. whole], MaxMessageSize, out _), Is.True);
        Assert.That(StreamWire.ReadNamespace([]), Is.Null);
        Assert.That(StreamWire.IsFrom([], "a"), Is.False);
    }

    [TestCase("/", 1, "app")]
    [TestCase("/notifications", 1, "app")]
    [TestCase("/", 2, "app-1")] // 47
    [TestCase("/chat", 10, "app-3")] // 46457863
    [TestCase("/notifications", 10, "app--1")] // -1014064871
    [TestCase("/notifications", 1_014_064_871, "app-0")]
    public void The_number_of_a_stream_keeps_its_sign(string namespaceName, int count, string stream)
        => Assert.That(StreamWire.GetStreamName("app", count, namespaceName), Is.EqualTo(stream));

    private static RemoteSocketDescription CreateSocket(string data, params byte[][] attachments) => new()
    {
        Id = "s",
        Rooms = ["s"],
        Data = new ClusterValue(Encoding.UTF8.GetBytes(data), [.. attachments.Select(static bytes => (ReadOnlyMemory<byte>)bytes)]),
        Handshake = new RemoteHandshake { Headers = new Dictionary<string, StringValues>(), Query = new Dictionary<string, string>(), Url = "/", Address = "::1" },
    };

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
