using System.Text;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace SocketIoSharp.Redis.Tests;

/// <summary>What the ways to Redis over StackExchange.Redis do with connections, passwords and outages.</summary>
[NonParallelizable]
public sealed class StackExchangeRedisConnectionTests
{
    private readonly List<IRedisBus> _buses = [];
    private ServiceProvider _services = null!;
    private RedisServer _server = null!;

    private LogCapture Log { get; set; } = new();

    [SetUp]
    public async Task Begin()
    {
        Log = new LogCapture();
        _services = new ServiceCollection().AddMetrics().AddSingleton<RedisMetrics>().BuildServiceProvider();
        _server = await RedisServer.StartAsync();
    }

    [TearDown]
    public async Task End()
    {
        foreach (var bus in _buses)
        {
            await bus.DisposeAsync().Soon();
        }

        _buses.Clear();
        await _server.DisposeAsync();
        await _services.DisposeAsync();
        Assert.That(Log.Errors, Is.Empty);
    }

    [Test]
    public async Task Two_servers_with_one_connection_of_the_application_are_two()
    {
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString);
        var connection = RedisConnection.FromMultiplexer(multiplexer);
        var one = await CreateReadyBusAsync(connection);
        var two = await CreateReadyBusAsync(connection);

        await SubscribeAsync(one, "channel");
        await SubscribeAsync(two, "channel");

        Assert.That(await one.CountSubscribersAsync("channel", false, CancellationToken.None).Soon(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_connection_for_one_server_alone_carries_everything_and_stays_the_applications()
    {
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString);
        var ofTheApplication = new Inbox<string>();
        await multiplexer.GetSubscriber().SubscribeAsync("channel", (_, message) => ofTheApplication.Add(message!));
        await using var raw = await RawRedis.ConnectAsync(_server.Address);
        var before = await CountClientsAsync(raw);

        var bus = await CreateReadyBusAsync(RedisConnection.FromMultiplexer(multiplexer, isForThisServerAlone: true));
        var messages = await SubscribeAsync(bus, "channel");
        await bus.PublishAsync("channel", "one"u8.ToArray(), isSharded: false).Soon();

        Assert.That(await messages.NextAsync(), Is.EqualTo("one"));
        Assert.That(await ofTheApplication.NextAsync(), Is.EqualTo("one"));
        Assert.That(await CountClientsAsync(raw), Is.EqualTo(before), "no connection was added");

        await bus.DisposeAsync().Soon();
        await multiplexer.GetSubscriber().PublishAsync("channel", "two");
        Assert.That(await ofTheApplication.NextAsync(), Is.EqualTo("two"));
        Assert.That(messages.Count, Is.Zero);
    }

    [Test]
    public async Task A_connection_for_one_server_alone_is_subscribed_again_after_an_outage()
    {
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString);
        var bus = await CreateReadyBusAsync(RedisConnection.FromMultiplexer(multiplexer, isForThisServerAlone: true));
        var messages = await SubscribeAsync(bus, "channel");

        await _server.StopAsync();
        await Eventually.True(() => !bus.State.IsUp);
        await _server.StartAgainAsync();
        await bus.State.WhenUpAsync(CancellationToken.None).Soon();
        await bus.PublishAsync("channel", "again"u8.ToArray(), isSharded: false).Soon();

        Assert.That(await messages.NextAsync(), Is.EqualTo("again"));
        Assert.That(await bus.CountSubscribersAsync("channel", false, CancellationToken.None).Soon(), Is.EqualTo(1));
    }

    [Test]
    public async Task Traffic_resumes_soon_after_a_restart_under_load()
    {
        using var unobserved = new UnobservedExceptions();
        var connection = RedisConnection.FromConfiguration(_server.ConnectionString);
        var publisher = await CreateReadyBusAsync(connection);
        var subscriber = await CreateReadyBusAsync(connection);
        var messages = await SubscribeAsync(subscriber, "channel");
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(PublishUntilAsync(publisher, enough.Token), PublishUntilAsync(publisher, enough.Token));
        await messages.NextAsync();

        await _server.StopAsync();
        await Eventually.True(() => !publisher.State.IsUp && !subscriber.State.IsUp);
        var lost = publisher.PublishAsync("channel", "lost"u8.ToArray(), isSharded: false);
        Assert.That(lost.Exception?.InnerException, Is.TypeOf<RedisUnavailableException>(), "while Redis is known to be away, publishing fails at once");
        while (messages.TryNext(out _))
        {
            // What came before the end.
        }

        await _server.StartAgainAsync();
        var start = TimeProvider.System.GetTimestamp();
        await messages.NextAsync();
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        await TestContext.Out.WriteLineAsync($"the first message came after {elapsed.TotalMilliseconds} ms");
        await enough.CancelAsync();
        var failures = (await load.Soon()).SelectMany(static failed => failed).ToArray();

        // It is tried again once a second; the library by itself would take longer than this. The rest is for busy machines.
        Assert.That(elapsed, Is.LessThan(TimeSpan.FromSeconds(4)));
        Assert.That(failures, Is.Not.Empty.And.All.TypeOf<RedisUnavailableException>());
        Assert.That(unobserved.Collect(), Is.Empty);
    }

    [Test]
    public async Task Neither_logs_nor_exceptions_show_a_password()
    {
        const string Password = "correct-horse-battery";
        const string WrongPassword = "hello-i-am-wrong";
        await using (var raw = await RawRedis.ConnectAsync(_server.Address))
        {
            await raw.SendAsync("CONFIG", "SET", "requirepass", Password);
        }

        var refused = CreateBus(RedisConnection.FromConfiguration($"{_server.Address},password={WrongPassword}"));
        var bus = await CreateReadyBusAsync(RedisConnection.FromConfiguration($"{_server.Address},password={Password}"));
        await Eventually.True(() => Log.Of("ConnectFailed").Count > 0);
        await _server.StopAsync();
        await Eventually.True(() => !bus.State.IsUp);
        var failure = Assert.ThrowsAsync<RedisUnavailableException>(() => bus.PublishAsync("channel", "lost"u8.ToArray(), isSharded: false));

        Assert.That(refused.State.IsUp, Is.False);
        foreach (var text in Log.Lines.Select(static line => line.ToString()).Append(failure!.ToString()))
        {
            Assert.That(text, Does.Not.Contain(Password).And.Not.Contain(WrongPassword));
        }
    }

    [Test]
    public async Task A_closed_bus_leaves_no_connection_behind()
    {
        var connection = RedisConnection.FromConfiguration(_server.ConnectionString);
        var bus = await CreateReadyBusAsync(connection);
        await SubscribeAsync(bus, "channel");
        await using var reader = bus.CreateReader();
        await reader.ExecuteAsync("PING", default, CancellationToken.None).Soon();
        await _server.StopAsync();
        await Eventually.True(() => !bus.State.IsUp);
        await _server.StartAgainAsync();
        await bus.State.WhenUpAsync(CancellationToken.None).Soon();
        await using var raw = await RawRedis.ConnectAsync(_server.Address);
        var own = 2;
        Assert.That(await CountClientsAsync(raw), Is.GreaterThan(own));

        await reader.DisposeAsync().Soon();
        await bus.DisposeAsync().Soon();

        // Redis notices the end of a connection on its own time.
        using var patience = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        while (await CountClientsAsync(raw) != own)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    [Test]
    public async Task A_killed_connection_is_replaced_at_once()
    {
        var bus = await CreateReadyBusAsync(RedisConnection.FromConfiguration(_server.ConnectionString));
        var messages = await SubscribeAsync(bus, "channel");
        var changes = new Inbox<bool>();
        using var registration = bus.State.OnChanged(changes.Add);
        await using var raw = await RawRedis.ConnectAsync(_server.Address);

        await raw.SendAsync("CLIENT", "KILL", "TYPE", "pubsub");

        Assert.That(await changes.NextAsync(), Is.False);
        Assert.That(await changes.NextAsync(), Is.True);
        await bus.PublishAsync("channel", "again"u8.ToArray(), isSharded: false).Soon();
        Assert.That(await messages.NextAsync(), Is.EqualTo("again"));
    }

    [Test]
    public async Task A_factory_is_called_once_for_each_connection()
    {
        var calls = 0;
        var connection = RedisConnection.FromFactory(async _ =>
        {
            Interlocked.Increment(ref calls);
            return await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString);
        });

        var bus = await CreateReadyBusAsync(connection);
        await SubscribeAsync(bus, "channel");
        Assert.That(calls, Is.EqualTo(1));

        await using var reader = bus.CreateReader();
        await reader.ExecuteAsync("PING", default, CancellationToken.None).Soon();
        await reader.ExecuteAsync("PING", default, CancellationToken.None).Soon();
        Assert.That(calls, Is.EqualTo(2));
        Assert.That(reader.LongestBlock, Is.EqualTo(TimeSpan.FromMilliseconds(600)), "the library's timeout is a second here");
    }

    [Test]
    public async Task A_factory_may_return_what_is_not_connected_yet()
    {
        await _server.StopAsync();
        var calls = new Inbox<bool>();
        var bus = CreateBus(RedisConnection.FromFactory(async _ =>
        {
            calls.Add(true);
            return await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString + ",abortConnect=false,connectTimeout=300");
        }));
        await calls.NextAsync();
        await calls.NextAsync();

        await _server.StartAgainAsync();

        await bus.State.WhenUpAsync(CancellationToken.None).Soon();
    }

    [Test]
    public async Task Sharded_channels_are_refused_with_the_version_that_has_them()
    {
        var bus = await CreateReadyBusAsync(RedisConnection.FromConfiguration(_server.ConnectionString));

        Assert.That(bus.SupportsShardedChannels(out var reason), Is.False);
        Assert.That(reason, Does.Contain("StackExchange.Redis 2.8.41 or later"));
        Assert.That(() => bus.PublishAsync("channel", default, isSharded: true), Throws.TypeOf<NotSupportedException>());
        var subscription = new RedisSubscription("channel", RedisChannelKind.Sharded, (_, _) => { });
        Assert.That(() => bus.SubscribeAsync(subscription, CancellationToken.None), Throws.TypeOf<NotSupportedException>());
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("password=a")]
    [TestCase("redis://:secret@localhost:6379")]
    public void A_configuration_without_a_server_or_a_url_is_refused(string configuration)
        => Assert.That(() => RedisConnection.FromConfiguration(configuration), Throws.ArgumentException.With.Message.Not.Contains("secret@"));

    private static async Task<List<Exception>> PublishUntilAsync(IRedisBus bus, CancellationToken enough)
    {
        var failures = new List<Exception>();
        while (!enough.IsCancellationRequested)
        {
            try
            {
                await bus.PublishAsync("channel", "load"u8.ToArray(), isSharded: false);
            }
            catch (Exception exception)
            {
                failures.Add(exception);
                await Task.WhenAny(bus.State.WhenUpAsync(enough));
            }
        }

        return failures;
    }

    private static async Task<int> CountClientsAsync(RawRedis raw)
        => (await raw.SendAsync("CLIENT", "LIST")).ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    private static async Task<Inbox<string>> SubscribeAsync(IRedisBus bus, string channel)
    {
        var messages = new Inbox<string>();
        var subscription = new RedisSubscription(channel, RedisChannelKind.Plain, (_, message) => messages.Add(Encoding.UTF8.GetString(message.Span)));
        await bus.SubscribeAsync(subscription, CancellationToken.None).Soon();
        return messages;
    }

    private async Task<IRedisBus> CreateReadyBusAsync(RedisConnection connection)
    {
        var bus = CreateBus(connection);
        await bus.State.WhenUpAsync(CancellationToken.None).Soon();
        return bus;
    }

    private IRedisBus CreateBus(RedisConnection connection)
    {
        var bus = connection.CreateBus(new RedisBusContext(Log.CreateLogger("Bus"), _services.GetRequiredService<RedisMetrics>(), TimeProvider.System));
        _buses.Add(bus);
        return bus;
    }

    /// <summary>Exceptions of tasks that nobody has looked at.</summary>
    private sealed class UnobservedExceptions : IDisposable
    {
        private readonly List<Exception> _all = [];

        public UnobservedExceptions()
        {
            TaskScheduler.UnobservedTaskException += OnUnobserved;
        }

        public IReadOnlyList<Exception> Collect()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            lock (_all)
            {
                return [.. _all];
            }
        }

        public void Dispose() => TaskScheduler.UnobservedTaskException -= OnUnobserved;

        private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs unobserved)
        {
            lock (_all)
            {
                _all.Add(unobserved.Exception);
            }
        }
    }
}
