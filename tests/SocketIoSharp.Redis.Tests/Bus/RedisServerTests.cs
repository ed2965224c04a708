namespace SocketIoSharp.Redis.Tests;

public sealed class RedisServerTests
{
    [Test]
    public async Task A_redis_of_the_tests_can_be_killed_and_started_again_on_its_port()
    {
        await using var server = await RedisServer.StartAsync();
        var port = server.Port;
        await using (var before = await RawRedis.ConnectAsync(server.Address))
        {
            await before.SendAsync("SET", "key", "value");
        }

        await server.StopAsync();
        Assert.That(async () => await RawRedis.ConnectAsync(server.Address), Throws.TypeOf<RedisUnavailableException>());

        await server.StartAgainAsync();
        await using var after = await RawRedis.ConnectAsync(server.Address);
        Assert.That((await after.SendAsync("GET", "key")).IsNull, "a killed Redis has kept nothing");
        Assert.That(server.Port, Is.EqualTo(port));
    }

    [Test]
    public async Task A_raw_client_shows_messages_as_they_are_on_the_wire()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await RawRedis.ConnectAsync(server.Address);
        await redis.SubscribeAsync("raw:*", RedisChannelKind.Pattern);
        await redis.SubscribeAsync("raw:sharded", RedisChannelKind.Sharded);

        await redis.PublishAsync("raw:one", [0, 0xFF, 13, 10]);
        await redis.PublishAsync("raw:sharded", [1], isSharded: true);

        var first = await redis.Messages.NextAsync();
        var second = await redis.Messages.NextAsync();
        Assert.That(first.Channel, Is.EqualTo("raw:one"));
        Assert.That(first.Bytes, Is.EqualTo(new byte[] { 0, 0xFF, 13, 10 }));
        Assert.That(second.Channel, Is.EqualTo("raw:sharded"));
        Assert.That(second.Bytes, Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task An_error_of_redis_is_thrown_with_its_text()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await RawRedis.ConnectAsync(server.Address);

        Assert.That(async () => await redis.SendAsync("NONSENSE"), Throws.TypeOf<RedisCommandException>().With.Message.StartsWith("ERR unknown command"));
        Assert.That((await redis.SendAsync("PING")).ToString(), Is.EqualTo("PONG"));
    }
}
