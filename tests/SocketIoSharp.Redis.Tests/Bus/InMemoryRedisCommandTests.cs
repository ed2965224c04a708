using System.Text;

namespace SocketIoSharp.Redis.Tests;

/// <summary>The commands that need no server: each case is run here and on a real Redis, and the replies must be equal.</summary>
public sealed class InMemoryRedisCommandTests
{
    private RedisServer? _server;

    [OneTimeSetUp]
    public async Task Begin() => _server = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public async Task End()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    // One command a line; K begins the names of keys.
    [TestCase("ping", "PING hello", "PING a b")]
    [TestCase("SET K1 a", "get K1", "GETDEL K1", "GET K1", "GETDEL K1", "DEL K1")]
    [TestCase("SET K1 a PX 60000", "SET K2 b px 60000", "DEL K1 K2 K3", "DEL K1")]
    [TestCase("SET K1", "SET K1 a PX", "SET K1 a PX 0", "SET K1 a PX -1", "SET K1 a PX x", "SET K1 a PX 9223372036854775807", "SET K1 a nonsense", "GET K1 K2", "GET", "DEL", "GETDEL")]
    [TestCase("SET K1 a PX 60000", "SET K1 b", "GET K1")]
    [TestCase("XADD K1 1-1 m a", "XADD K1 1-2 m b n c", "XADD K1 2 m d", "XLEN K1", "XRANGE K1 - +", "XREVRANGE K1 + -")]
    [TestCase("XADD K1 1-1 m a", "XADD K1 1-1 m b", "XADD K1 0-0 m b", "XADD K1 1-0 m b", "XADD K1 nonsense m b", "XADD K1 1-x m b", "XADD K1 -1-1 m b", "XADD K1 - m b")]
    [TestCase("XADD K1 0-0 m a", "XADD K1 1-1 m", "XADD K1 1-1", "XADD K1", "XADD", "XADD K1 1-1 m a n", "XLEN K1", "XLEN")]
    [TestCase("XADD K1 MAXLEN 2 1-1 m a", "XADD K1 MAXLEN = 2 1-2 m b", "XADD K1 maxlen 2 1-3 m c", "XLEN K1", "XRANGE K1 - +", "XADD K1 MAXLEN ~ 100 1-4 m d", "XLEN K1")]
    [TestCase("XADD K1 MAXLEN -1 1-1 m a", "XADD K1 MAXLEN x 1-1 m a", "XADD K1 MAXLEN ~ 1-1 m a", "XADD K1 MAXLEN 2", "XLEN K1")]
    [TestCase("XADD K1 MAXLEN 0 5-5 m a", "XLEN K1", "XRANGE K1 - +", "XADD K1 5-5 m a", "XADD K1 5-6 m a", "XREAD STREAMS K1 0-0")]
    [TestCase("XADD K1 1-1 m a", "XADD K1 1-5 m b", "XADD K1 3-0 m c", "XRANGE K1 1-1 1-5", "XRANGE K1 (1-1 (3-0", "XRANGE K1 1 1", "XRANGE K1 (1 3", "XRANGE K1 2 +", "XRANGE K1 3 1", "XREVRANGE K1 3 1", "XREVRANGE K1 (3-0 -", "XREVRANGE K1 (3 (1")]
    [TestCase("XADD K1 1-1 m a", "XADD K1 2-1 m b", "XRANGE K1 - + COUNT 1", "XREVRANGE K1 + - COUNT 1", "XRANGE K1 - + COUNT 0", "XRANGE K1 - + COUNT -1", "XRANGE K1 - + COUNT x", "XRANGE K1 - + NONSENSE 1", "XRANGE K1 - +  COUNT", "XRANGE K1 -")]
    [TestCase("XRANGE K1 - +", "XRANGE K1 - + COUNT 0", "XREVRANGE K1 + -", "XLEN K1", "XREAD STREAMS K1 0", "XREAD BLOCK 1 STREAMS K1 $")]
    [TestCase("XADD K1 1-1 m a", "XRANGE K1 nonsense +", "XRANGE K1 - nonsense", "XRANGE K1 (- +", "XRANGE K1 ( +", "XRANGE K1 (18446744073709551615-18446744073709551615 +", "XRANGE K1 - (0-0", "XRANGE K1 18446744073709551616 +")]
    [TestCase("XADD K1 1-1 m a", "XADD K1 2-1 m b", "XADD K2 3-1 m c", "XREAD STREAMS K1 K2 0 0", "XREAD STREAMS K1 K2 1-1 3-1", "XREAD COUNT 1 STREAMS K1 K2 0 $", "XREAD COUNT 0 STREAMS K1 0", "XREAD COUNT -5 STREAMS K1 0", "XREAD BLOCK 1 COUNT 1 STREAMS K1 1-1", "XREAD STREAMS K1 $", "XREAD STREAMS K1 9")]
    [TestCase("XREAD", "XREAD STREAMS K1", "XREAD STREAMS", "XREAD COUNT 1 K1 0", "XREAD STREAMS K1 K2 0", "XREAD STREAMS K1 nonsense", "XREAD COUNT x STREAMS K1 0", "XREAD BLOCK x STREAMS K1 0", "XREAD BLOCK -1 STREAMS K1 0")]
    [TestCase("SET K1 a", "XLEN K1", "XADD K1 1-1 m a", "XRANGE K1 - +", "XREAD STREAMS K1 0", "XADD K2 1-1 m a", "GET K2", "GETDEL K2", "SET K2 a", "GET K2", "DEL K2")]
    [TestCase("PUBLISH K1 a", "SPUBLISH K1 a", "PUBLISH K1", "PUBSUB NUMSUB", "PUBSUB NUMSUB K1 K2", "PUBSUB SHARDNUMSUB K1", "PUBSUB numsub K1", "PUBSUB NONSENSE", "PUBSUB")]
    public async Task The_replies_are_those_of_redis(params string[] commands)
    {
        var prefix = Guid.NewGuid().ToString("N")[..8] + ":K";
        var redis = new InMemoryRedis();
        await using var real = await RawRedis.ConnectAsync(_server!.Address);

        foreach (var line in commands)
        {
            string[] words = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word is ['K', _] ? prefix + word[1] : word)];
            RedisArgument[] arguments = [.. words.Skip(1).Select(static word => (RedisArgument)word)];

            var expected = await ShowAsync(real.SendAsync(words[0], arguments));
            var actual = await ShowAsync(redis.ExecuteAsync(words[0], arguments, CancellationToken.None));

            Assert.That(actual, Is.EqualTo(expected), line);
        }
    }

    [Test]
    public async Task Patterns_match_what_they_match_in_redis()
    {
        await using var redis = await RawRedis.ConnectAsync(_server!.Address);
        var random = new Random(20300101);
        var texts = Enumerable.Range(0, 60).Select(_ => "g" + Letters(random, @"ab-]^\*?[", 4)).Distinct().ToArray();
        foreach (var text in texts)
        {
            await redis.SendAsync("SET", text, "");
        }

        for (var round = 0; round < 3000; round++)
        {
            // A pattern of one star alone takes another way in Redis, so none is.
            var pattern = "g" + Letters(random, @"ab-]^\*?[", 7);

            var keys = await redis.SendAsync("KEYS", pattern);

            var expected = keys.Items.Select(static key => key.ToString()).Intersect(texts).Order(StringComparer.Ordinal);
            var actual = texts.Where(text => InMemoryRedisGlob.IsMatch(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(text))).Order(StringComparer.Ordinal);
            Assert.That(actual, Is.EqualTo(expected), pattern);
        }
    }

    [Test]
    public void What_it_does_not_know_is_an_error()
    {
        var redis = new InMemoryRedis();

        Assert.That(
            async () => await redis.ExecuteAsync("FLUSHALL", default, CancellationToken.None),
            Throws.TypeOf<RedisCommandException>().With.Message.StartsWith("ERR unknown command 'FLUSHALL'"));
        Assert.That(
            async () => await redis.ExecuteAsync("EVAL", new RedisArgument[] { "return 1", 0 }, CancellationToken.None),
            Throws.TypeOf<RedisCommandException>().With.Message.StartsWith("ERR unknown script"));
    }

    private static string Letters(Random random, string letters, int most)
        => string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => letters[random.Next(letters.Length)]));

    private static async Task<string> ShowAsync(Task<RedisReply> reply)
    {
        try
        {
            return Show(await reply.Soon());
        }
        catch (RedisCommandException exception)
        {
            // The code is what clients go by; the words after it change from version to version.
            return "error " + exception.Message.Split(' ')[0];
        }
    }

    private static string Show(RedisReply reply) => reply switch
    {
        { IsNull: true } => "nothing",
        { IsArray: true } => $"[{string.Join(", ", reply.Items.Select(Show))}]",
        { Integer: { } number } => $"number {number}",
        _ => $"'{reply}'",
    };
}
