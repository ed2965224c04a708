using System.Buffers;
using System.Globalization;
using System.Text;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Redis.Tests;

/// <summary>Messages of all kinds, with contents by chance, arrive as they were sent.</summary>
public sealed class WireRoundTripTests
{
    private const int Rounds = 2_000;
    private const int MaxMessageSize = 1024 * 1024;
    private const string Name = "/grüße";

    private static readonly string[] s_texts = ["", "a", "socket-at-A-socket-a", "grüße 😀", "\"\\/\b\f\n\r\t\u0000\u001F\u007F", "\u2028<&'>", new('x', 40), new('é', 300)];

    [Test]
    public void Broadcasts_of_the_classic_adapter_arrive_as_they_were_sent()
    {
        var wire = new ClassicWire(Name, codec: null, MaxMessageSize);
        Repeat(random =>
        {
            var sent = CreateBroadcast(random) with { RequestId = null };

            Assert.That(wire.TryDecodeBroadcast(wire.EncodeBroadcast(sent), out var received, out _), Is.True);

            AssertSame(received!, sent);
        });
    }

    [Test]
    public void Requests_of_the_classic_adapter_arrive_as_they_were_sent()
    {
        var wire = new ClassicWire(Name, codec: null, MaxMessageSize);
        Repeat(random =>
        {
            var sent = CreateRequest(random);
            if (sent is BroadcastMessage { RequestId: null })
            {
                return;
            }

            Assert.That(wire.TryDecodeRequest(wire.EncodeRequest(sent), out var received), Is.True);

            Assert.That(received!.Uid, Is.EqualTo(sent.Uid));
            AssertSame(received.Message!, sent, hasFlags: sent is BroadcastMessage, hasBuffers: sent is ServerSideEmitMessage);
        });
    }

    [Test]
    public void Answers_of_the_classic_adapter_arrive_as_they_were_sent()
    {
        var wire = new ClassicWire(Name, codec: null, MaxMessageSize);
        Repeat(random =>
        {
            var sent = CreateResponse(random);

            Assert.That(wire.TryDecodeResponse(wire.EncodeResponse(sent), out var received), Is.True);

            Assert.That(received!.RequestId, Is.EqualTo(sent.RequestId));
            AssertSame(received.Message! with { Uid = sent.Uid }, sent, hasBuffers: sent is not BroadcastAckResponse);
        });
    }

    [Test]
    public void Messages_on_channels_arrive_as_they_were_sent([Values] bool isMessagePack)
    {
        var wire = new ClusterWire(Name, isMessagePack ? ClusterWireFormat.MessagePack : ClusterWireFormat.Json, MaxMessageSize);
        Repeat(random =>
        {
            var sent = random.Next(2) == 0 ? CreateRequest(random) : CreateResponse(random);

            Assert.That(wire.TryDecode(wire.Encode(sent), out var received), Is.True);

            AssertSame(received!, sent, hasUndefined: isMessagePack);
        });
    }

    [Test]
    public void Entries_of_a_stream_are_read_as_they_were_written([Values] bool onlyPlaintext)
    {
        Repeat(random =>
        {
            var sent = random.Next(2) == 0 ? CreateRequest(random) : CreateResponse(random);

            RedisReply[] fields = [.. StreamWire.EncodeEntry(sent, onlyPlaintext).Select(static part => RedisReply.Of(part.Bytes))];
            Assert.That(StreamWire.TryDecodeEntry(fields, MaxMessageSize, out var received), Is.True);

            AssertSame(received!, sent, hasBuffers: onlyPlaintext);
        });
    }

    [Test]
    public void Sessions_are_read_as_they_were_written()
    {
        Repeat(random =>
        {
            var data = CreateObject(random);
            var sent = new RecoverySession(CreateId(random), CreateId(random), CreateTexts(random), [])
            {
                ConnectOffset = random.Next(2) == 0 ? null : "1795216647889-0",
                HasOwnUser = random.Next(2) == 0,
                RequestUser = random.Next(2) == 0 ? null : new UserKey("issuer", "name"),
            };

            Assert.That(StreamWire.TryDecodeSession(StreamWire.EncodeSession(sent, _ => data), out var received), Is.True);

            Assert.That(received!.Id, Is.EqualTo(sent.Id));
            Assert.That(received.PrivateId, Is.EqualTo(sent.PrivateId));
            Assert.That(received.Rooms, Is.EqualTo(sent.Rooms));
            Assert.That(received.ConnectOffset, Is.EqualTo(sent.ConnectOffset));
            Assert.That(received.HasOwnUser, Is.EqualTo(sent.HasOwnUser));
            Assert.That(received.RequestUser, Is.EqualTo(sent.RequestUser?.CreateDigest()));
            Assert.That(Show(received.Data), Is.EqualTo(Show(data)));
        });
    }

    private static void Repeat(Action<Random> round)
    {
        var random = new Random(20_261_121);
        for (var count = 0; count < Rounds; count++)
        {
            round(random);
        }
    }

    private static ClusterMessage CreateRequest(Random random) => random.Next(6) switch
    {
        0 => CreateBroadcast(random),
        1 => new SocketsJoinMessage { Uid = CreateId(random), Namespace = Name, Options = CreateOptions(random), Rooms = CreateTexts(random) },
        2 => new SocketsLeaveMessage { Uid = CreateId(random), Namespace = Name, Options = CreateOptions(random), Rooms = CreateTexts(random) },
        3 => new DisconnectSocketsMessage { Uid = CreateId(random), Namespace = Name, Options = CreateOptions(random), CloseConnection = random.Next(2) == 0 },
        4 => new FetchSocketsMessage { Uid = CreateId(random), Namespace = Name, Options = CreateOptions(random), RequestId = CreateId(random) },
        _ => new ServerSideEmitMessage { Uid = CreateId(random), Namespace = Name, Packet = CreatePacket(random, id: null), RequestId = random.Next(2) == 0 ? null : CreateId(random) },
    };

    private static ClusterResponse CreateResponse(Random random) => random.Next(4) switch
    {
        0 => new FetchSocketsResponse { Uid = CreateId(random), Namespace = Name, RequestId = CreateId(random), Sockets = [.. Enumerable.Range(0, random.Next(4)).Select(_ => CreateSocket(random))] },
        1 => new ServerSideEmitResponse { Uid = CreateId(random), Namespace = Name, RequestId = CreateId(random), Value = random.Next(5) == 0 ? null : CreateValue(random) },
        2 => new BroadcastClientCountResponse { Uid = CreateId(random), Namespace = Name, RequestId = CreateId(random), ClientCount = random.Next() },
        _ => new BroadcastAckResponse { Uid = CreateId(random), Namespace = Name, RequestId = CreateId(random), Value = random.Next(5) == 0 ? null : CreateValue(random) },
    };

    private static BroadcastMessage CreateBroadcast(Random random) => new()
    {
        Uid = random.Next(4) == 0 ? ClassicWire.EmitterUid : CreateId(random),
        Namespace = Name,
        Packet = CreatePacket(random, random.Next(3) == 0 ? random.NextInt64(1L << 53) : null),
        Options = CreateOptions(random),
        RequestId = random.Next(2) == 0 ? null : CreateId(random),
    };

    private static RemoteSocketDescription CreateSocket(Random random) => new()
    {
        Id = CreateId(random),
        Rooms = CreateTexts(random),
        Data = CreateObject(random),
        Handshake = new RemoteHandshake
        {
            Headers = CreateTexts(random).Distinct().ToDictionary(static name => name, name => new Microsoft.Extensions.Primitives.StringValues(s_texts[random.Next(s_texts.Length)])),
            Query = CreateTexts(random).Distinct().ToDictionary(static name => name, _ => s_texts[random.Next(s_texts.Length)]),
            Url = s_texts[random.Next(s_texts.Length)],
            Address = s_texts[random.Next(s_texts.Length)],
            IsSecure = random.Next(2) == 0,
            IsCrossDomain = random.Next(2) == 0,
            Issued = DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(0, 253_402_300_800_000)),
            AuthJson = Encoding.UTF8.GetBytes("{\"token\":\"s\"}"),
        },
    };

    private static BroadcastOptions CreateOptions(Random random) => new()
    {
        Rooms = [.. CreateTexts(random)],
        Except = [.. CreateTexts(random)],
        IsVolatile = random.Next(2) == 0,
        Compress = random.Next(2) == 0,
        Timeout = random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(random.Next(100_000)),
        ExpectsSingleResponse = random.Next(2) == 0,
    };

    private static string CreateId(Random random) => random.NextInt64(1, long.MaxValue).ToString("x16", CultureInfo.InvariantCulture);

    private static string[] CreateTexts(Random random) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => s_texts[random.Next(s_texts.Length)])];

    private static EncodedPacket CreatePacket(Random random, long? id)
    {
        var output = ArgumentWriter.Rent();
        output.Write("[\"event\""u8);
        for (var count = random.Next(4); count > 0; count--)
        {
            output.Write(","u8);
            WriteValue(output, random, 0);
        }

        output.Write("]"u8);
        var packet = new EncodedPacket(Name, output.Written.ToArray(), output.TakeAttachments(), id);
        output.Return();
        return packet;
    }

    private static ClusterValue CreateObject(Random random)
    {
        var output = ArgumentWriter.Rent();
        output.Write("{\"value\":"u8);
        WriteValue(output, random, 0);
        output.Write("}"u8);
        var value = new ClusterValue(output.Written.ToArray(), output.TakeAttachments());
        output.Return();
        return value;
    }

    private static ClusterValue CreateValue(Random random)
    {
        var output = ArgumentWriter.Rent();
        WriteValue(output, random, 0);
        var value = new ClusterValue(output.Written.ToArray(), output.TakeAttachments());
        output.Return();
        return value;
    }

    private static void WriteValue(ArgumentWriter output, Random random, int depth)
    {
        switch (random.Next(depth > 5 ? 6 : 10))
        {
            case 0:
                output.Write("null"u8);
                break;
            case 1:
                WireWriter.WriteBoolean(output, random.Next(2) == 0);
                break;
            case 2:
                WireWriter.WriteInteger(output, random.NextInt64(-(1L << random.Next(53)), 1L << random.Next(1, 53)));
                break;
            case 3:
                WireWriter.WriteNumber(output, random.NextDouble() - 0.5);
                break;
            case 4:
                WireWriter.WriteString(output, s_texts[random.Next(s_texts.Length)]);
                break;
            case 5:
                var data = new byte[random.Next(20)];
                random.NextBytes(data);
                BinaryPlaceholders.Write(output, output.AddAttachment(data));
                break;
            case 6:
                // An object of the application that looks like one of the library.
                output.Write("{\"\\u005fplaceholder\":true,\"num\":0}"u8);
                break;
            case 7:
                output.Write("["u8);
                WriteValue(output, random, depth + 1);
                output.Write(","u8);
                WriteValue(output, random, depth + 1);
                output.Write("]"u8);
                break;
            default:
                output.Write("{\"a\":"u8);
                WriteValue(output, random, depth + 1);
                output.Write(",\"é \\\"\":"u8);
                WriteValue(output, random, depth + 1);
                output.Write("}"u8);
                break;
        }
    }

    private static void AssertSame(ClusterMessage received, ClusterMessage sent, bool hasFlags = true, bool hasBuffers = false, bool hasUndefined = false)
    {
        Assert.That(ClusterMessageCheck.IsValid(received), Is.True);
        Assert.That(Show(received, hasFlags, hasBuffers: false, hasUndefined), Is.EqualTo(Show(sent, hasFlags, hasBuffers, hasUndefined)));
    }

    private static string Show(ClusterMessage message, bool hasFlags, bool hasBuffers, bool hasUndefined)
    {
        var contents = message switch
        {
            BroadcastMessage broadcast => $"{broadcast.RequestId} {broadcast.Packet.Id} {broadcast.Packet.Namespace} {Show(broadcast.Packet, hasBuffers)} {Show(broadcast.Options, hasFlags)}",
            SocketsJoinMessage join => $"{Show(join.Options, hasFlags)} {string.Join('|', join.Rooms)}",
            SocketsLeaveMessage leave => $"{Show(leave.Options, hasFlags)} {string.Join('|', leave.Rooms)}",
            DisconnectSocketsMessage disconnect => $"{Show(disconnect.Options, hasFlags)} {disconnect.CloseConnection}",
            FetchSocketsMessage fetch => $"{Show(fetch.Options, hasFlags)} {fetch.RequestId}",
            ServerSideEmitMessage emit => $"{emit.RequestId} {Show(emit.Packet, hasBuffers)}",
            FetchSocketsResponse fetch => $"{fetch.RequestId} {string.Join('\n', fetch.Sockets.Select(socket => Show(socket, hasBuffers)))}",
            ServerSideEmitResponse emit => $"{emit.RequestId} {ShowAnswer(emit.Value, hasBuffers, hasUndefined)}",
            BroadcastAckResponse ack => $"{ack.RequestId} {ShowAnswer(ack.Value, hasBuffers, hasUndefined)}",
            BroadcastClientCountResponse count => $"{count.RequestId} {count.ClientCount}",
            _ => "",
        };
        return $"{message.Type} {message.Uid} {message.Namespace} {contents}";
    }

    // One of Node's encoders does not tell null from what is not there.
    private static string ShowAnswer(ClusterValue? value, bool hasBuffers, bool hasUndefined)
        => value is not null ? Show(value, hasBuffers) : hasUndefined ? "null " : "nothing";

    private static string Show(RemoteSocketDescription socket, bool hasBuffers)
        => $"{socket.Id} {string.Join('|', socket.Rooms)} {Show(socket.Data, hasBuffers)} {Show(socket.Handshake)}";

    private static string Show(RemoteHandshake handshake)
        => $"{string.Join('|', handshake.Headers)} {string.Join('|', handshake.Query)} {handshake.Url} {handshake.Address} {handshake.IsSecure} {handshake.IsCrossDomain} {handshake.Issued:O} {Encoding.UTF8.GetString(handshake.AuthJson.Span)}";

    private static string Show(BroadcastOptions options, bool hasFlags)
    {
        var rooms = $"{string.Join('|', options.Rooms)} except {string.Join('|', options.Except)}";
        return hasFlags ? $"{rooms} {options.IsVolatile} {options.Compress} {options.Timeout} {options.ExpectsSingleResponse}" : rooms;
    }

    private static string Show(EncodedPacket packet, bool hasBuffers) => Show(new ClusterValue(packet.Json, packet.Attachments), hasBuffers);

    private static string Show(ClusterValue value, bool hasBuffers = false)
    {
        if (!hasBuffers)
        {
            return $"{Encoding.UTF8.GetString(value.Json.Span)} {string.Join('|', value.Attachments.Select(static attachment => Convert.ToHexString(attachment.Span)))}";
        }

        // What Buffers are in JSON.
        var text = Encoding.UTF8.GetString(value.Json.Span);
        for (var number = 0; number < value.Attachments.Count; number++)
        {
            text = text.Replace($"{{\"_placeholder\":true,\"num\":{number}}}", $"{{\"type\":\"Buffer\",\"data\":[{string.Join(',', value.Attachments[number].ToArray())}]}}", StringComparison.Ordinal);
        }

        return text + " ";
    }
}
