using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace SocketIoSharp.Redis.Tests;

/// <summary>What only a Redis inside of this process has: a clock that a test moves, and bounds that it sets.</summary>
public sealed class InMemoryRedisTests
{
    private readonly ManualTimeProvider _time = new();
    private ServiceProvider? _services;

    private LogCapture Log { get; } = new();

    [SetUp]
    public void Begin() => _services = new ServiceCollection().AddMetrics().AddSingleton<RedisMetrics>().BuildServiceProvider();

    [TearDown]
    public async Task End() => await _services!.DisposeAsync();

    [Test]
    public async Task A_key_is_forgotten_when_its_time_has_come()
    {
        var redis = new InMemoryRedis(_time);
        await ExecuteAsync(redis, "SET", "key", "value", "PX", 1000);

        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.That((await ExecuteAsync(redis, "GET", "key")).ToString(), Is.EqualTo("value"));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That((await ExecuteAsync(redis, "GET", "key")).IsNull);
        Assert.That((await ExecuteAsync(redis, "DEL", "key")).Integer, Is.Zero);
    }

    [Test]
    public async Task A_key_that_is_set_again_has_its_new_time()
    {
        var redis = new InMemoryRedis(_time);
        await ExecuteAsync(redis, "SET", "longer", "1", "PX", 1000);
        await ExecuteAsync(redis, "SET", "longer", "2", "PX", 2000);
        await ExecuteAsync(redis, "SET", "for good", "1", "PX", 1000);
        await ExecuteAsync(redis, "SET", "for good", "2");

        _time.Advance(TimeSpan.FromMilliseconds(1999));

        Assert.That((await ExecuteAsync(redis, "GET", "longer")).ToString(), Is.EqualTo("2"));
        Assert.That((await ExecuteAsync(redis, "GET", "for good")).ToString(), Is.EqualTo("2"));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That((await ExecuteAsync(redis, "GET", "longer")).IsNull);
    }

    [Test]
    public async Task Ids_are_the_time_and_rise_within_the_same_millisecond()
    {
        var redis = new InMemoryRedis(_time);
        var milliseconds = _time.GetUtcNow().ToUnixTimeMilliseconds();

        var first = await ExecuteAsync(redis, "XADD", "stream", "*", "m", "1");
        var second = await ExecuteAsync(redis, "XADD", "stream", "*", "m", "2");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var third = await ExecuteAsync(redis, "XADD", "stream", "*", "m", "3");

        Assert.That(
            new[] { first, second, third }.Select(static id => id.ToString()),
            Is.EqualTo([$"{milliseconds}-0", $"{milliseconds}-1", $"{milliseconds + 1}-0"]));
    }

    [Test]
    public async Task A_stream_that_is_trimmed_for_long_keeps_its_newest_entries()
    {
        var redis = new InMemoryRedis(_time);
        for (var number = 1; number <= 1000; number++)
        {
            await ExecuteAsync(redis, "XADD", "stream", "MAXLEN", "~", 10, $"{number}-0", "m", number);
        }

        var entries = await ExecuteAsync(redis, "XRANGE", "stream", "-", "+");

        Assert.That(entries.Items.Select(static entry => entry.Items[0].ToString()), Is.EqualTo(Enumerable.Range(991, 10).Select(static number => $"{number}-0")));
    }

    [Test]
    public async Task A_read_waits_as_long_as_it_says()
    {
        var redis = new InMemoryRedis(_time);
        await using var bus = CreateBus(redis);
        await using var reader = bus.CreateReader();

        var waiting = reader.ExecuteAsync("XREAD", new RedisArgument[] { "BLOCK", 5000, "STREAMS", "stream", "$" }, CancellationToken.None);
        await ExecuteAsync(redis, "XADD", "another", "*", "m", "1");
        _time.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.That(waiting.IsCompleted, Is.False);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That((await waiting.Soon()).IsNull);
    }

    [Test]
    public async Task What_one_server_does_not_take_in_time_is_dropped_and_counted()
    {
        var dropped = new Inbox<string>();
        using var listener = Listen("socketio.redis.messages.dropped", dropped);
        var redis = new InMemoryRedis(_time) { MaxQueuedBytes = 1000 };
        await using var slow = CreateBus(redis);
        await using var quick = CreateBus(redis);
        using var release = new ManualResetEventSlim();
        var entered = new Inbox<int>();
        var slowMessages = new Inbox<int>();
        await slow.SubscribeAsync(
            new RedisSubscription("channel", RedisChannelKind.Plain, (_, message) =>
            {
                entered.Add(0);
                release.Wait(Eventually.Patience);
                slowMessages.Add(message.Length);
            }),
            CancellationToken.None);
        var quickMessages = new Inbox<int>();
        await quick.SubscribeAsync(new RedisSubscription("channel", RedisChannelKind.Plain, (_, message) => quickMessages.Add(message.Length)), CancellationToken.None);

        // The first is being worked on, the second passes because nothing waits, however large; the third is one too many.
        for (var number = 1; number <= 3; number++)
        {
            await slow.PublishAsync("channel", new byte[2000 + number], isSharded: false);
            Assert.That(await quickMessages.NextAsync(), Is.EqualTo(2000 + number));
            if (number == 1)
            {
                await entered.NextAsync();
            }
        }

        release.Set();
        Assert.That(await slowMessages.NextAsync(), Is.EqualTo(2001));
        Assert.That(await slowMessages.NextAsync(), Is.EqualTo(2002));
        Assert.That(await dropped.NextAsync(), Is.EqualTo("overflow"));
        Assert.That(Log.Of("Overflow"), Has.Count.EqualTo(1));
        await slow.PublishAsync("channel", new byte[4], isSharded: false);
        Assert.That(await slowMessages.NextAsync(), Is.EqualTo(4), "the queue has emptied");
    }

    [Test]
    public async Task Handlers_do_not_run_on_the_thread_of_the_publisher()
    {
        var redis = new InMemoryRedis(_time);
        await using var bus = CreateBus(redis);
        using var published = new ManualResetEventSlim();
        var handled = new Inbox<bool>();
        await bus.SubscribeAsync(
            new RedisSubscription("channel", RedisChannelKind.Plain, (_, _) => handled.Add(published.Wait(Eventually.Patience))),
            CancellationToken.None);

        await bus.PublishAsync("channel", new byte[] { 1 }, isSharded: false);
        published.Set();

        Assert.That(await handled.NextAsync(), "the handler waited for the end of the call");
    }

    [Test]
    public async Task Keys_and_streams_outlive_an_outage()
    {
        var redis = new InMemoryRedis(_time);
        await ExecuteAsync(redis, "SET", "key", "value");
        await ExecuteAsync(redis, "XADD", "stream", "1-1", "m", "a");

        redis.SetAvailable(false);
        Assert.That(async () => await ExecuteAsync(redis, "GET", "key"), Throws.TypeOf<RedisUnavailableException>());
        redis.SetAvailable(true);

        Assert.That((await ExecuteAsync(redis, "GET", "key")).ToString(), Is.EqualTo("value"));
        Assert.That((await ExecuteAsync(redis, "XLEN", "stream")).Integer, Is.EqualTo(1));
    }

    [Test]
    public async Task Connections_are_counted_while_they_are_up()
    {
        var changes = new Inbox<long>();
        using var listener = Listen("socketio.redis.connections", changes);
        var redis = new InMemoryRedis(_time);

        var bus = CreateBus(redis);
        redis.SetAvailable(false);
        redis.SetAvailable(true);
        await bus.DisposeAsync();
        await bus.DisposeAsync();

        Assert.That(new[] { await changes.NextAsync(), await changes.NextAsync(), await changes.NextAsync(), await changes.NextAsync() }, Is.EqualTo([1L, -1, 1, -1]));
        Assert.That(changes.Count, Is.Zero);
    }

    [Test]
    public void A_pattern_that_almost_matches_takes_no_long_time()
    {
        // Tried at every place for every star, this would take longer than anyone waits.
        var pattern = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a*", 40)) + "b");

        Assert.That(InMemoryRedisGlob.IsMatch(pattern, new byte[2000].Select(static _ => (byte)'a').ToArray()), Is.False);
    }

    private static Task<RedisReply> ExecuteAsync(InMemoryRedis redis, string command, params RedisArgument[] arguments)
        => redis.ExecuteAsync(command, arguments, CancellationToken.None);

    private IRedisBus CreateBus(InMemoryRedis redis)
        => RedisConnection.InMemory(redis).CreateBus(new RedisBusContext(Log.CreateLogger("Bus"), _services!.GetRequiredService<RedisMetrics>(), _time));

    private MeterListener Listen<T>(string instrument, Inbox<T> inbox)
    {
        var factory = _services!.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (published, self) =>
            {
                if (published.Name == instrument && ReferenceEquals(published.Meter.Scope, factory))
                {
                    self.EnableMeasurementEvents(published);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            object? item = typeof(T) == typeof(long) ? value : tags[0].Value;
            inbox.Add((T)item!);
        });
        listener.Start();
        return listener;
    }
}
