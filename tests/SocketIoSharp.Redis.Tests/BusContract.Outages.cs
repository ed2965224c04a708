namespace SocketIoSharp.Redis.Tests;

/// <summary>Redis away, and back.</summary>
public abstract partial class BusContract
{
    [Test]
    public async Task A_bus_is_up_by_itself()
    {
        var bus = CreateBus();

        await bus.State.WhenUpAsync(CancellationToken.None).Soon();

        Assert.That((bus.State.IsUp, bus.State.DownFor), Is.EqualTo((true, TimeSpan.Zero)));
        Assert.That(bus.SupportsShardedChannels(out var reason), Is.EqualTo(HasShardedChannels));
        Assert.That(reason, HasShardedChannels ? Is.Null : Is.Not.Empty);
    }

    [Test]
    public async Task While_redis_is_away_everything_fails_at_once()
    {
        var bus = await CreateReadyBusAsync();
        await using (await OutageAsync(bus))
        {
            var published = bus.PublishAsync(Name("channel"), new byte[] { 1 }, isSharded: false);
            Assert.That(published.IsCompleted, "nothing is waited for");
            Assert.That(async () => await published, Throws.TypeOf<RedisUnavailableException>());
            Assert.That(async () => await ExecuteAsync(bus, "PING"), Throws.TypeOf<RedisUnavailableException>());
            Assert.That(async () => await CountAsync(bus, Name("channel")), Throws.TypeOf<RedisUnavailableException>());
        }
    }

    [TestCase(ChannelKind.Plain)]
    [TestCase(ChannelKind.Pattern)]
    [TestCase(ChannelKind.Sharded)]
    public async Task Subscriptions_are_back_before_the_bus_is_up(ChannelKind wanted)
    {
        var kind = RequireChannels(wanted);
        var bus = await CreateReadyBusAsync();
        var channel = Name("channel");
        var (_, messages) = await SubscribeAsync(bus, ToSubscribe(channel, kind), kind);
        var published = new Inbox<Task>();
        IDisposable registration;
        await using (await OutageAsync(bus))
        {
            registration = bus.State.OnChanged(isUp =>
            {
                if (isUp)
                {
                    published.Add(bus.PublishAsync(channel, new byte[] { 1, 2, 3 }, kind == RedisChannelKind.Sharded));
                }
            });
        }

        using (registration)
        {
            await (await published.NextAsync()).Soon();
            Assert.That((await messages.NextAsync()).Bytes, Is.EqualTo(new byte[] { 1, 2, 3 }));
        }
    }

    [TestCase(ChannelKind.Plain)]
    [TestCase(ChannelKind.Pattern)]
    [TestCase(ChannelKind.Sharded)]
    public async Task A_subscription_made_while_redis_is_away_is_there_when_it_is_back(ChannelKind wanted)
    {
        var kind = RequireChannels(wanted);
        var bus = await CreateReadyBusAsync();
        var channel = Name("channel");
        var (subscription, messages) = CreateSubscription(ToSubscribe(channel, kind), kind);
        Task subscribed;
        await using (await OutageAsync(bus))
        {
            subscribed = bus.SubscribeAsync(subscription, CancellationToken.None);
            Assert.That(subscribed.IsCompleted, Is.False);
        }

        await subscribed.Soon();
        await PublishAsync(bus, channel, "hello", kind);
        Assert.That((await messages.NextAsync()).Text, Is.EqualTo("hello"));
    }

    [Test]
    public async Task Whoever_does_not_wait_for_a_subscription_has_it_all_the_same()
    {
        var bus = await CreateReadyBusAsync();
        var channel = Name("channel");
        var (subscription, messages) = CreateSubscription(channel);
        await using (await OutageAsync(bus))
        {
            using var cancellation = new CancellationTokenSource();
            var subscribed = bus.SubscribeAsync(subscription, cancellation.Token);
            await cancellation.CancelAsync();
            Assert.That(async () => await subscribed.Soon(), Throws.InstanceOf<OperationCanceledException>());
        }

        await bus.State.WhenUpAsync(CancellationToken.None).Soon();
        await PublishAsync(bus, channel, "hello");
        Assert.That((await messages.NextAsync()).Text, Is.EqualTo("hello"));
    }

    [Test]
    public async Task A_subscription_that_ends_while_redis_is_away_does_not_come_back()
    {
        var bus = await CreateReadyBusAsync();
        var channel = Name("channel");
        var (subscription, _) = await SubscribeAsync(bus, channel);
        await using (await OutageAsync(bus))
        {
            await bus.UnsubscribeAsync(subscription).Soon();
        }

        await bus.State.WhenUpAsync(CancellationToken.None).Soon();
        Assert.That(await CountAsync(bus, channel), Is.Zero);
    }

    [Test]
    public async Task A_reader_that_waits_fails_with_redis_and_works_again_when_it_is_back()
    {
        var bus = await CreateReadyBusAsync();
        await using var reader = bus.CreateReader();
        await ExecuteAsync(reader, "PING").Soon();
        var stream = Name("stream");
        var waiting = ExecuteAsync(reader, "XREAD", "BLOCK", 9000, "STREAMS", stream, "0-0");
        await using (await OutageAsync(bus))
        {
            Assert.That(async () => await waiting.Soon(), Throws.TypeOf<RedisUnavailableException>());
            Assert.That(async () => await ExecuteAsync(reader, "PING").Soon(), Throws.TypeOf<RedisUnavailableException>());
        }

        await bus.State.WhenUpAsync(CancellationToken.None).Soon();
        Assert.That((await ExecuteAsync(reader, "PING").Soon()).ToString(), Is.EqualTo("PONG"));
    }

    [Test]
    public async Task The_state_tells_its_changes_in_order()
    {
        var bus = await CreateReadyBusAsync();
        var changes = new Inbox<bool>();
        using var registration = bus.State.OnChanged(changes.Add);
        for (var round = 0; round < 2; round++)
        {
            await using (await OutageAsync(bus))
            {
                Assert.That(await changes.NextAsync(), Is.False);
            }

            Assert.That(await changes.NextAsync(), Is.True);
        }
    }

    [Test]
    public async Task A_bus_that_begins_while_redis_is_away_is_up_when_it_comes()
    {
        var witness = await CreateReadyBusAsync();
        IRedisBus bus;
        Task up;
        await using (await OutageAsync(witness))
        {
            bus = CreateBus();
            up = bus.State.WhenUpAsync(CancellationToken.None);
            Assert.That(async () => await PublishAsync(bus, Name("channel"), "too early"), Throws.TypeOf<RedisUnavailableException>());
            Assert.That(up.IsCompleted, Is.False);
        }

        await up.Soon();
        Assert.That((await ExecuteAsync(bus, "PING")).ToString(), Is.EqualTo("PONG"));
    }

    [Test]
    public async Task A_bus_can_be_closed_while_redis_is_away()
    {
        var bus = await CreateReadyBusAsync();
        await SubscribeAsync(bus, Name("channel"));
        await using (await OutageAsync(bus))
        {
            Assert.That(async () => await bus.DisposeAsync().Soon(), Throws.Nothing);
        }

        Assert.That(bus.State.IsUp, Is.False);
    }

    /// <summary>Takes Redis away, and when disposed of brings it back: also when the test has failed in between.</summary>
    private protected async Task<IAsyncDisposable> OutageAsync(IRedisBus witness)
    {
        await Host.TakeAwayAsync();
        await Eventually.True(() => !witness.State.IsUp);
        return new Outage(Host);
    }

    private sealed class Outage(BusHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await host.BringBackAsync();
    }
}
