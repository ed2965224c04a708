using System.Text;

namespace SocketIoSharp.Redis.Tests;

/// <summary>The messages of the classic adapter where they are more than what was recorded.</summary>
public sealed class ClassicWireTests
{
    private static readonly ClassicWire s_wire = new("/", codec: null, maxMessageSize: 1024 * 1024);

    [Test]
    public void The_head_of_a_broadcast_is_completed_by_its_place_in_the_log()
    {
        var message = CreateBroadcast("[\"hello\"]");

        byte[] whole = [.. s_wire.EncodeBroadcastHead(message), 0xAF, .. "1795216647889-0"u8];

        Assert.That(Convert.ToHexString(whole), Does.StartWith("94A641414141414183A4"));
        Assert.That(s_wire.TryDecodeBroadcast(whole, out var read, out var offset), Is.True);
        Assert.That(offset, Is.EqualTo("1795216647889-0"));
        Assert.That(Text(read!.Packet.Json), Is.EqualTo("[\"hello\"]"));
    }

    [TestCase("C0")]
    [TestCase("01")]
    [TestCase("9101")]
    [TestCase("D941 6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161")]
    public void A_fourth_element_that_is_no_place_means_nothing(string element)
    {
        byte[] whole = [.. s_wire.EncodeBroadcastHead(CreateBroadcast("[\"hello\"]")), .. Convert.FromHexString(element.Replace(" ", "", StringComparison.Ordinal))];

        Assert.That(s_wire.TryDecodeBroadcast(whole, out _, out var offset), Is.True);

        Assert.That(offset, Is.Null);
    }

    [Test]
    public void A_head_without_its_place_is_refused()
        => Assert.That(s_wire.TryDecodeBroadcast(s_wire.EncodeBroadcastHead(CreateBroadcast("[\"hello\"]")), out _, out _), Is.False);

    [Test]
    public void A_packet_that_names_no_namespace_is_for_the_main_one()
    {
        // ["abc",{data:["a"]},{}]
        Assert.That(new ClassicWire("/chat", null, 1000).TryDecodeBroadcast(Convert.FromHexString("93A361626381A46461746191A16180"), out var message, out _), Is.True);

        Assert.That(message!.Namespace, Is.EqualTo("/"));
        Assert.That(message.Options, Is.EqualTo(BroadcastOptions.Everybody));
    }

    [Test]
    public void Rooms_with_numbers_for_names_are_texts_here()
    {
        // ["abc",{data:["a"]},{rooms:[5,1.5,-1,"r"],except:undefined,flags:{volatile:1,compress:nil,unknown:[{}],timeout:1.5}}]
        var bytes = Convert.FromHexString(
            "93A361626381A46461746191A16183A5726F6F6D739405CB3FF8000000000000FFA172A6657863657074D40000"
            + "A5666C61677384A8766F6C6174696C6501A8636F6D7072657373C0A7756E6B6E6F776E9180A774696D656F7574CB3FF8000000000000");

        Assert.That(s_wire.TryDecodeBroadcast(bytes, out var message, out _), Is.True);

        Assert.That(message!.Options.Rooms, Is.EqualTo(new[] { "5", "1.5", "-1", "r" }));
        Assert.That(message.Options.Except, Is.Empty);
        Assert.That(message.Options.IsVolatile, Is.True);
        Assert.That(message.Options.Compress, Is.True);
        Assert.That(message.Options.Timeout, Is.EqualTo(TimeSpan.FromMilliseconds(1.5)));
    }

    [TestCase("91C0")]
    [TestCase("9180")]
    [TestCase("91C3")]
    public void Rooms_that_have_no_name_make_a_message_unreadable(string rooms)
        => Assert.That(s_wire.TryDecodeBroadcast(Convert.FromHexString($"93A361626381A46461746191A16181A5726F6F6D73{rooms}"), out _, out _), Is.False);

    [TestCase("{\"type\":2,\"opts\":{\"rooms\":[null],\"except\":[]},\"rooms\":[\"a\"]}")]
    [TestCase("{\"type\":4,\"opts\":{\"rooms\":[{}]},\"close\":true}")]
    [TestCase("{\"type\":5,\"opts\":{\"rooms\":[]}}")]
    [TestCase("{\"type\":6,\"data\":{}}")]
    [TestCase("{\"type\":6,\"requestId\":7,\"data\":[\"a\"]}")]
    [TestCase("{\"type\":7,\"requestId\":\"a\",\"opts\":{},\"packet\":{\"data\":1}}")]
    [TestCase("{\"type\":1}")]
    [TestCase("{\"type\":8,\"requestId\":\"a\"}")]
    [TestCase("{\"type\":\"2\",\"opts\":{},\"rooms\":[]}")]
    [TestCase("{\"requestId\":\"a\"}")]
    [TestCase("{}")]
    [TestCase("{} ,")]
    [TestCase("[]")]
    [TestCase("")]
    public void A_request_that_lacks_what_it_needs_is_refused(string request)
        => Assert.That(s_wire.TryDecodeRequest(Encoding.UTF8.GetBytes(request), out _), Is.False);

    [Test]
    public void Members_may_come_in_any_order_and_be_unknown()
    {
        var bytes = "{\"rooms\":[\"b\",7],\"more\":[{}],\"opts\":{\"except\":null,\"flags\":7,\"rooms\":\"a\"},\"requestId\":null,\"type\":2,\"uid\":\"abcdef\"}"u8.ToArray();

        Assert.That(s_wire.TryDecodeRequest(bytes, out var request), Is.True);

        var join = (SocketsJoinMessage)request!.Message!;
        Assert.That(request.RequestId, Is.Null);
        Assert.That(join.Rooms, Is.EqualTo(new[] { "b", "7" }));
        Assert.That(join.Options.Rooms, Is.EqualTo(new[] { "a" }));
        Assert.That(join.Options.Except, Is.Empty);
    }

    [Test]
    public void A_request_of_an_older_server_names_one_socket()
    {
        Assert.That(s_wire.TryDecodeRequest("{\"type\":2,\"requestId\":\"000007\",\"sid\":\"abc\",\"room\":\"r8\"}"u8.ToArray(), out var join), Is.True);
        Assert.That(s_wire.TryDecodeRequest("{\"type\":4,\"requestId\":\"000009\",\"sid\":\"abc\",\"close\":true}"u8.ToArray(), out var disconnect), Is.True);
        Assert.That(s_wire.TryDecodeRequest("{\"requestId\":\"000006\",\"type\":0,\"rooms\":[\"r1\"]}"u8.ToArray(), out var ids), Is.True);

        Assert.That(join!.IsLegacy, Is.True);
        Assert.That(join.RequestId, Is.EqualTo("000007"));
        Assert.That(join.Uid, Is.Null);
        Assert.That(((SocketsJoinMessage)join.Message!).Options.Rooms, Is.EqualTo(new[] { "abc" }));
        Assert.That(((SocketsJoinMessage)join.Message!).Rooms, Is.EqualTo(new[] { "r8" }));
        Assert.That(((DisconnectSocketsMessage)disconnect!.Message!).CloseConnection, Is.True);
        Assert.That(ids!.Kind, Is.EqualTo(ClassicRequestKind.SocketIds));
        Assert.That(ids.Rooms, Is.EqualTo(new[] { "r1" }));
    }

    [Test]
    public void Answers_to_older_servers_have_their_form()
    {
        Assert.That(Text(s_wire.EncodeSocketIds("a", ["b", "é\""])), Is.EqualTo("{\"requestId\":\"a\",\"sockets\":[\"b\",\"é\\\"\"]}"));
        Assert.That(Text(s_wire.EncodeDone("a")), Is.EqualTo("{\"requestId\":\"a\"}"));
        Assert.That(Text(s_wire.EncodeRooms("a", [])), Is.EqualTo("{\"requestId\":\"a\",\"rooms\":[]}"));
    }

    [Test]
    public void Bytes_are_what_Buffers_are_in_JSON()
    {
        var packet = new EncodedPacket("/", "[\"a\",{\"_placeholder\":true,\"num\":1},{\"_placeholder\":true,\"num\":7}]"u8.ToArray(), [new byte[] { 9 }, new byte[] { 1, 255 }]);

        var bytes = s_wire.EncodeRequest(new ServerSideEmitMessage { Uid = "AAAAAA", Namespace = "/", Packet = packet });

        Assert.That(Text(bytes), Is.EqualTo("{\"uid\":\"AAAAAA\",\"type\":6,\"data\":[\"a\",{\"type\":\"Buffer\",\"data\":[1,255]},{\"_placeholder\":true,\"num\":7}]}"));
    }

    [Test]
    public void What_looks_like_a_placeholder_in_JSON_remains_what_it_is()
    {
        var request = "{\"type\":6,\"data\":[\"a\",{\"_placeholder\":true,\"num\":0}]}"u8.ToArray();

        Assert.That(s_wire.TryDecodeRequest(request, out var read), Is.True);

        var packet = ((ServerSideEmitMessage)read!.Message!).Packet;
        var withBytes = new EncodedPacket("/", packet.Json, [new byte[] { 1 }]);
        var passedOn = s_wire.EncodeBroadcast(CreateBroadcast(withBytes));
        Assert.That(packet.Attachments, Is.Empty);
        Assert.That(Convert.ToHexString(passedOn), Does.Contain("82AC" + Convert.ToHexString("_placeholder"u8) + "C3A3" + Convert.ToHexString("num"u8) + "00"));
        Assert.That(BinaryPlaceholders.IsPlaceholder(packet.Json.Span[5..^1], out _), Is.False);
    }

    [Test]
    public void Answers_without_a_type_tell_of_sockets_rooms_or_nothing()
    {
        Assert.That(s_wire.TryDecodeResponse("{\"requestId\":\"a\"}"u8.ToArray(), out var done), Is.True);
        Assert.That(s_wire.TryDecodeResponse("{\"requestId\":\"a\",\"rooms\":[\"r\",1]}"u8.ToArray(), out var rooms), Is.True);
        Assert.That(s_wire.TryDecodeResponse("{\"requestId\":\"a\",\"sockets\":[\"b\",{\"id\":\"c\"},{\"id\":\"\"},7]}"u8.ToArray(), out var sockets), Is.True);

        Assert.That(done!.Message, Is.Null);
        Assert.That(done.Rooms, Is.Null);
        Assert.That(rooms!.Rooms, Is.EqualTo(new[] { "r", "1" }));
        Assert.That(((FetchSocketsResponse)sockets!.Message!).Sockets.Select(static socket => socket.Id), Is.EqualTo(new[] { "c" }));
    }

    [TestCase("{\"requestId\":\"a\",\"rooms\":[{}]}")]
    [TestCase("{\"requestId\":\"a\",\"type\":8}")]
    [TestCase("{\"requestId\":\"a\",\"type\":8,\"clientCount\":-1}")]
    [TestCase("{\"requestId\":\"a\",\"type\":8,\"clientCount\":1.5}")]
    [TestCase("{\"requestId\":\"a\",\"type\":8,\"clientCount\":1e10}")]
    [TestCase("{\"type\":8,\"clientCount\":1}")]
    [TestCase("{\"requestId\":1,\"rooms\":[]}")]
    public void An_answer_that_lacks_what_it_needs_is_refused(string response)
        => Assert.That(s_wire.TryDecodeResponse(Encoding.UTF8.GetBytes(response), out _), Is.False);

    [Test]
    public void A_codec_writes_what_would_be_MessagePack_and_nothing_else()
    {
        var wire = new ClassicWire("/", new XmlLikeCodec(), maxMessageSize: 1000);
        var broadcast = CreateBroadcast(new EncodedPacket("/", "[\"a\",{\"_placeholder\":true,\"num\":0}]"u8.ToArray(), [new byte[] { 1, 2 }], id: 3));

        var published = wire.EncodeBroadcast(broadcast);
        var asked = wire.EncodeRequest(broadcast with { RequestId = "q" });
        var joined = wire.EncodeRequest(new SocketsJoinMessage { Uid = "AAAAAA", Namespace = "/", Options = BroadcastOptions.Everybody, Rooms = ["r"] });

        Assert.That(Text(published), Is.EqualTo("<0102>[\"AAAAAA\",{\"type\":2,\"data\":[\"a\",{\"_placeholder\":true,\"num\":0}],\"id\":3,\"nsp\":\"/\"},{\"rooms\":[],\"except\":[],\"flags\":{}}]"));
        Assert.That(Text(asked), Does.StartWith("<0102>{\"uid\":\"AAAAAA\",\"requestId\":\"q\",\"type\":7,\"packet\":{"));
        Assert.That(Text(joined), Does.StartWith("{\"uid\":"));
        Assert.That(wire.TryDecodeBroadcast(published, out var read, out _), Is.True);
        Assert.That(Text(read!.Packet.Attachments[0]), Is.EqualTo("\u0001\u0002"));
        Assert.That(read.Packet.Id, Is.EqualTo(3));
        Assert.That(wire.TryDecodeRequest(asked, out var question), Is.True);
        Assert.That(((BroadcastMessage)question!.Message!).RequestId, Is.EqualTo("q"));
        Assert.That(wire.TryDecodeRequest(joined, out _), Is.True);
    }

    [TestCase("<zz>[]")]
    [TestCase("<>[\"a\"")]
    [TestCase("<>")]
    [TestCase("no")]
    public void What_a_codec_refuses_in_whatever_way_is_refused(string message)
    {
        var wire = new ClassicWire("/", new XmlLikeCodec(), maxMessageSize: 1000);

        Assert.That(wire.TryDecodeBroadcast(Encoding.UTF8.GetBytes(message), out _, out _), Is.False);
        Assert.That(wire.TryDecodeRequest(Encoding.UTF8.GetBytes(message), out _), Is.False);
        Assert.That(wire.TryDecodeResponse(Encoding.UTF8.GetBytes(message), out _), Is.False);
    }

    [Test]
    public void A_payload_that_is_no_JSON_is_the_callers_mistake()
        => Assert.That(() => s_wire.EncodeBroadcast(CreateBroadcast("[\"a\"")), Throws.ArgumentException);

    private static BroadcastMessage CreateBroadcast(string json) => CreateBroadcast(new EncodedPacket("/", Encoding.UTF8.GetBytes(json), []));

    private static BroadcastMessage CreateBroadcast(EncodedPacket packet) => new() { Uid = "AAAAAA", Namespace = "/", Packet = packet, Options = BroadcastOptions.Everybody };

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>Puts the binary values in front, and fails as codecs do.</summary>
    private sealed class XmlLikeCodec : IRedisCodec
    {
        public ReadOnlyMemory<byte> Encode(ClusterValue value)
            => Encoding.UTF8.GetBytes($"<{string.Join(',', value.Attachments.Select(static attachment => Convert.ToHexString(attachment.Span)))}>{Text(value.Json)}");

        public ClusterValue? Decode(ReadOnlyMemory<byte> message)
        {
            var text = Text(message);
            var end = text.IndexOf('>', StringComparison.Ordinal);
            return end < 0 ? null : new ClusterValue(message[(end + 1)..], [.. text[1..end].Split(',').Select(static hex => (ReadOnlyMemory<byte>)Convert.FromHexString(hex))]);
        }
    }
}
