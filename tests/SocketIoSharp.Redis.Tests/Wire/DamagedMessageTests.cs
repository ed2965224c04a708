namespace SocketIoSharp.Redis.Tests;

/// <summary>Whatever arrives from Redis, reading it neither fails nor takes memory out of all proportion.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class DamagedMessageTests
{
    private const int MaxMessageSize = 1024 * 1024;

    // A byte is at most a very small element of a list, which costs a string and a place in an array.
    private const int BytesPerByte = 600;
    private const int BytesPerMessage = 64 * 1024;
    private const int Mutations = 500;

    // Of longer ones a part is enough: what is in them is long, not diverse.
    private const int LongMessage = 600;

    private static readonly ClassicWire s_classic = new("/", codec: null, MaxMessageSize);
    private static readonly ClusterWire s_cluster = new("/", ClusterWireFormat.Json, MaxMessageSize);

    private static IEnumerable<string> Groups => ["classic", "sharded", "streams", "emitters"];

    [TestCaseSource(nameof(Groups))]
    public void Every_beginning_of_a_recorded_message_is_refused(string file)
    {
        foreach (var message in Messages(file))
        {
            var step = message.Length <= LongMessage ? 1 : (message.Length / LongMessage) + 1;
            for (var length = 0; length < message.Length; length += step)
            {
                Assert.That(ReadAll(message[..length]), Is.False, () => Convert.ToHexString(message[..length]));
            }
        }
    }

    [TestCaseSource(nameof(Groups))]
    public void Damaged_messages_are_read_or_refused(string file)
    {
        var random = new Random(20_261_121);
        foreach (var message in Messages(file))
        {
            var mutations = message.Length <= LongMessage ? Mutations : Math.Max(20, Mutations * LongMessage / 10 / message.Length);
            for (var round = 0; round < mutations; round++)
            {
                ReadAll(Damage(message, random));
            }
        }
    }

    [Test]
    public void Counts_that_no_message_could_hold_are_refused()
    {
        string[] messages =
        [
            "DDFFFFFFFF", "DFFFFFFFFF", "93A3616263DFFFFFFFFF", "93A361626381A464617461DDFFFFFFFF", "93A361626381A464617461C6FFFFFFFF",
            "93A361626381A46461746191A16183A5726F6F6D73DD7FFFFFFF", "84A474797065DFFFFFFFFF",
        ];
        foreach (var message in messages)
        {
            Assert.That(ReadAll(Convert.FromHexString(message)), Is.False);
        }
    }

    [Test]
    public void Nesting_beyond_the_limit_is_refused([Values(521, 5_000, 400_000)] int depth)
    {
        byte[] lists = [.. Enumerable.Repeat((byte)0x91, depth), 0xC0];
        byte[] objects = [.. Enumerable.Range(0, depth).SelectMany(static _ => new byte[] { 0x81, 0xA1, 0x61 }), 0xC0];
        byte[] json = [.. "{\"type\":6,\"data\":"u8, .. Enumerable.Repeat((byte)'[', depth), .. Enumerable.Repeat((byte)']', depth), (byte)'}'];
        byte[] packet = [.. Convert.FromHexString("93A361626381A464617461"), .. lists, 0x80];

        Assert.That(ReadAll(lists), Is.False);
        Assert.That(ReadAll(objects), Is.False);
        Assert.That(ReadAll(json), Is.False);
        Assert.That(ReadAll(packet), Is.False);
    }

    [Test]
    public void A_message_beyond_the_limit_is_refused()
    {
        var wire = new ClassicWire("/", codec: null, maxMessageSize: 10);
        var cluster = new ClusterWire("/", ClusterWireFormat.Json, maxMessageSize: 10);
        var entry = new[] { "uid", "a", "nsp", "/", "type", "4", "data", "{\"opts\":{},\"rooms\":[]}" }.Select(static text => RedisReply.Of(System.Text.Encoding.UTF8.GetBytes(text))).ToArray();

        Assert.That(wire.TryDecodeRequest("{\"type\":2,\"opts\":{},\"rooms\":[]}"u8.ToArray(), out _), Is.False);
        Assert.That(wire.TryDecodeResponse("{\"requestId\":\"abcdef\"}"u8.ToArray(), out _), Is.False);
        Assert.That(wire.TryDecodeBroadcast(Convert.FromHexString("93A361626382A46461746191A161A36E7370A12F80"), out _, out _), Is.False);
        Assert.That(cluster.TryDecode("{\"type\":2,\"uid\":\"a\",\"nsp\":\"/\"}"u8.ToArray(), out _), Is.False);
        Assert.That(StreamWire.TryDecodeEntry(entry, maxMessageSize: 10, out _), Is.False);
        Assert.That(StreamWire.TryDecodeEntry(entry, maxMessageSize: 100, out _), Is.True);
    }

    private static IEnumerable<byte[]> Messages(string file)
        => RecordedMessage.All
            .Where(message => message.File == file)
            .Select(static message => message.Fields.Count > 0 ? message.Fields[^1] : message.Bytes)
            .DistinctBy(Convert.ToHexString);

    private static byte[] Damage(byte[] message, Random random)
    {
        var damaged = message.ToList();
        for (var count = random.Next(1, 4); count > 0 && damaged.Count > 0; count--)
        {
            var position = random.Next(damaged.Count);
            switch (random.Next(5))
            {
                case 0:
                    damaged.RemoveAt(position);
                    break;
                case 1:
                    damaged.Insert(position, (byte)random.Next(256));
                    break;
                case 2:
                    // The other end of the range is where heads are.
                    damaged[position] = (byte)(0xC0 + random.Next(0x40));
                    break;
                case 3:
                    damaged[position] = damaged[random.Next(damaged.Count)];
                    break;
                default:
                    damaged[position] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. damaged];
    }

    /// <summary>Reads a message in every way; whether it could be read in any.</summary>
    private static bool ReadAll(byte[] message)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isRead = s_classic.TryDecodeBroadcast(message, out _, out _);
        isRead |= s_classic.TryDecodeRequest(message, out _);
        isRead |= s_classic.TryDecodeResponse(message, out _);
        isRead |= s_cluster.TryDecode(message, out var decoded);
        isRead |= StreamWire.TryDecodeSession(message, out _);
        RedisReply[] entry = [RedisReply.Of("uid"u8.ToArray()), RedisReply.Of("a"u8.ToArray()), RedisReply.Of("nsp"u8.ToArray()), RedisReply.Of("/"u8.ToArray()),
            RedisReply.Of("type"u8.ToArray()), RedisReply.Of(System.Text.Encoding.UTF8.GetBytes($"{3 + (message.Length % 10)}")), RedisReply.Of("data"u8.ToArray()), RedisReply.Of(message)];
        isRead |= StreamWire.TryDecodeEntry(entry, MaxMessageSize, out _);
        if (decoded is not null)
        {
            _ = ClusterMessageCheck.IsValid(decoded);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(BytesPerMessage + ((long)BytesPerByte * message.Length)), () => Convert.ToHexString(message));
        return isRead;
    }
}
