using Microsoft.Extensions.DependencyInjection;

namespace SocketIoSharp.Redis.Tests;

/// <summary>What no real Redis does on demand: answers that never come, connections that end without a sign.</summary>
public sealed class SupervisedRedisBusTests
{
    private static readonly byte[] s_message = [1];

    [Test]
    public async Task A_connection_that_is_gone_without_a_sign_is_noticed_by_a_probe()
    {
        await using var setup = new Setup();
        var first = await setup.ConnectAsync();
        var waiting = setup.Bus.PublishAsync("channel", s_message, isSharded: false);
        var changes = new Inbox<bool>();
        using var registration = setup.Bus.State.OnChanged(changes.Add);
        first.IsSilent = true;

        await setup.AdvanceAsync(SupervisedRedisBus.ProbeInterval);
        await Eventually.True(() => first.PendingPings > 0);
        Assert.That(setup.Bus.State.IsUp, "it may still answer");
        await setup.AdvanceAsync(SupervisedRedisBus.ProbeTimeout);

        Assert.That(await changes.NextAsync(), Is.False);
        Assert.That(async () => await waiting.Soon(), Throws.TypeOf<RedisUnavailableException>());
        Assert.That(await changes.NextAsync(), "a connection that lived for a while is replaced at once");
        Assert.That(first.IsDisposed);
    }

    [Test]
    public async Task All_subscriptions_are_made_again_before_the_bus_is_up()
    {
        await using var setup = new Setup();
        var first = await setup.ConnectAsync();
        await setup.Bus.SubscribeAsync(new RedisSubscription("one", RedisChannelKind.Plain, (_, _) => { }), CancellationToken.None).Soon();
        await setup.Bus.SubscribeAsync(new RedisSubscription("two*", RedisChannelKind.Pattern, (_, _) => { }), CancellationToken.None).Soon();
        setup.Driver.ConfirmsSubscriptions = false;

        first.Lose();
        await Eventually.True(() => !setup.Bus.State.IsUp);
        await setup.AdvanceUntilAsync(TimeSpan.FromMilliseconds(250), () => setup.Driver.Links.Count == 2);
        var second = setup.Driver.Links[1];
        await Eventually.True(() => second.Subscribed.Count == 2);
        Assert.That(setup.Bus.State.IsUp, Is.False);

        second.ConfirmSubscriptions();
        await setup.Bus.State.WhenUpAsync(CancellationToken.None).Soon();
    }

    [Test]
    public async Task A_command_without_an_answer_is_given_up()
    {
        await using var setup = new Setup();
        await setup.ConnectAsync();

        var waiting = setup.Bus.ExecuteAsync("GET", new RedisArgument[] { "key" }, CancellationToken.None);
        await setup.AdvanceAsync(SupervisedRedisBus.CommandTimeout);

        Assert.That(async () => await waiting.Soon(), Throws.TypeOf<RedisUnavailableException>().With.Message.Contains("5 seconds"));
    }

    [Test]
    public async Task What_a_slow_redis_has_not_taken_is_bounded()
    {
        await using var setup = new Setup();
        var link = await setup.ConnectAsync();
        var large = new byte[40 * 1024 * 1024];

        var taken = setup.Bus.PublishAsync("channel", large, isSharded: false);
        var refused = setup.Bus.PublishAsync("channel", large, isSharded: false);
        Assert.That(async () => await refused.Soon(), Throws.TypeOf<RedisUnavailableException>().With.Message.Contains("does not keep up"));
        Assert.That(taken.IsCompleted, Is.False);

        link.AnswerPublished();
        await taken.Soon();
        Assert.That(setup.Bus.PublishAsync("channel", large, isSharded: false).IsFaulted, Is.False);
        Assert.That(setup.Bus.State.IsUp, "it is slow, not away");
    }

    [Test]
    public async Task A_refused_subscription_is_an_error_of_its_caller_alone()
    {
        await using var setup = new Setup();
        await setup.ConnectAsync();
        setup.Driver.Refuses = "secret";

        var refused = new RedisSubscription("secret", RedisChannelKind.Plain, (_, _) => { });
        Assert.That(async () => await setup.Bus.SubscribeAsync(refused, CancellationToken.None).Soon(), Throws.TypeOf<RedisCommandException>());

        await setup.Bus.SubscribeAsync(new RedisSubscription("allowed", RedisChannelKind.Plain, (_, _) => { }), CancellationToken.None).Soon();
        Assert.That(setup.Bus.State.IsUp);
    }

    [Test]
    public async Task A_subscription_that_ends_before_it_was_made_is_not_waited_for()
    {
        await using var setup = new Setup();
        var link = await setup.ConnectAsync();
        setup.Driver.ConfirmsSubscriptions = false;
        var early = setup.Bus.SubscribeAsync(new RedisSubscription("early", RedisChannelKind.Plain, (_, _) => { }), CancellationToken.None);
        await Eventually.True(() => link.Subscribed.Count == 1);
        var late = new RedisSubscription("late", RedisChannelKind.Plain, (_, _) => { });
        _ = setup.Bus.SubscribeAsync(late, CancellationToken.None);

        await setup.Bus.UnsubscribeAsync(late).Soon();

        link.ConfirmSubscriptions();
        await early.Soon();
        Assert.That(link.Subscribed, Is.EqualTo(new[] { "early" }));
    }

    [Test]
    public async Task A_listener_that_fails_ends_neither_the_others_nor_the_connecting()
    {
        await using var setup = new Setup { ExpectedError = "ListenerFailed" };
        var first = await setup.ConnectAsync();
        var changes = new Inbox<bool>();
        using var failing = setup.Bus.State.OnChanged(static _ => throw new InvalidOperationException("on purpose"));
        using var other = setup.Bus.State.OnChanged(changes.Add);

        first.Lose();
        Assert.That(await changes.NextAsync(), Is.False);
        await setup.AdvanceUntilAsync(TimeSpan.FromMilliseconds(250), () => setup.Bus.State.IsUp);

        Assert.That(await changes.NextAsync());
        Assert.That(setup.Log.Of(setup.ExpectedError), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_a_lost_connection_still_brings_is_dropped()
    {
        await using var setup = new Setup();
        var first = await setup.ConnectAsync();
        var messages = new Inbox<string>();
        await setup.Bus.SubscribeAsync(new RedisSubscription("channel", RedisChannelKind.Plain, (channel, _) => messages.Add(channel)), CancellationToken.None).Soon();

        first.Deliver("channel");
        Assert.That(await messages.NextAsync(), Is.EqualTo("channel"));
        first.Lose();
        first.Deliver("channel", from: "lost");
        await setup.AdvanceUntilAsync(TimeSpan.FromMilliseconds(250), () => setup.Driver.Links is [_, { Subscribed.Count: 1 }]);
        setup.Driver.Links[1].Deliver("channel", from: "again");

        Assert.That(await messages.NextAsync(), Is.EqualTo("again"));
    }

    [Test]
    public async Task What_the_only_subscription_to_a_channel_passes_over_does_not_wait_for_its_turn()
    {
        await using var setup = new Setup();
        var link = await setup.ConnectAsync();
        var messages = new Inbox<string>();
        var asked = 0;
        var passes = true;
        var subscription = new RedisSubscription("channel", RedisChannelKind.Plain, (channel, _) => messages.Add(channel))
        {
            PassesOver = _ =>
            {
                asked++;
                return passes;
            },
        };
        await setup.Bus.SubscribeAsync(subscription, CancellationToken.None).Soon();

        link.Deliver("channel", from: "own");
        Assert.That(asked, Is.EqualTo(1), "asked before the message is put into the queue");
        passes = false;
        link.Deliver("channel", from: "other");
        Assert.That(await messages.NextAsync(), Is.EqualTo("other"));

        // Another subscription to the same channel may want what the first one does not.
        passes = true;
        await setup.Bus.SubscribeAsync(new RedisSubscription("channel", RedisChannelKind.Plain, (_, _) => messages.Add("second")), CancellationToken.None).Soon();
        link.Deliver("channel", from: "own");
        Assert.That(await messages.NextAsync(), Is.EqualTo("own"));
        Assert.That(await messages.NextAsync(), Is.EqualTo("second"));
    }

    [Test]
    public async Task While_redis_is_away_it_is_tried_once_a_second_and_told_once()
    {
        await using var setup = new Setup("nobody there");
        for (var attempts = 1; attempts < 6; attempts++)
        {
            await Eventually.True(() => setup.Driver.Attempts == attempts);
            await setup.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        await Eventually.True(() => setup.Driver.Attempts == 6);
        Assert.That(setup.Log.Of("ConnectFailed"), Has.Count.EqualTo(1));
    }

    private sealed class Setup : IAsyncDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<RedisMetrics>().BuildServiceProvider();

        public Setup(string? failure = null)
        {
            Driver.Failure = failure;
            var context = new RedisBusContext(Log.CreateLogger("Bus"), _services.GetRequiredService<RedisMetrics>(), Time);
            Bus = new SupervisedRedisBus(Driver, context);
        }

        public ManualTimeProvider Time { get; } = new();

        public LogCapture Log { get; } = new();

        public string ExpectedError { get; init; } = string.Empty;

        public FakeDriver Driver { get; } = new();

        public SupervisedRedisBus Bus { get; }

        public async Task<FakeLink> ConnectAsync()
        {
            await Bus.State.WhenUpAsync(CancellationToken.None).Soon();
            return Driver.Links[0];
        }

        /// <summary>Moves the time once somebody waits for it.</summary>
        public async Task AdvanceAsync(TimeSpan by)
        {
            await Eventually.True(() => Time.ArmedTimers > 0);
            Time.Advance(by);
        }

        /// <summary>Moves the time until something has happened.</summary>
        public Task AdvanceUntilAsync(TimeSpan step, Func<bool> condition) => Eventually.True(() =>
        {
            if (condition())
            {
                return true;
            }

            Time.Advance(step);
            return false;
        });

        public async ValueTask DisposeAsync()
        {
            await Bus.DisposeAsync().Soon();
            await _services.DisposeAsync();
            Assert.That(Log.Errors.Where(line => line.EventName != ExpectedError), Is.Empty);
        }
    }

    private sealed class FakeDriver : IRedisDriver
    {
        private readonly List<FakeLink> _links = [];

        public IReadOnlyList<FakeLink> Links
        {
            get
            {
                lock (_links)
                {
                    return [.. _links];
                }
            }
        }

        public bool ConfirmsSubscriptions { get; set; } = true;

        public string? Refuses { get; set; }

        public string? Failure { get; set; }

        public int Attempts { get; private set; }

        public TimeSpan LongestBlock => TimeSpan.FromSeconds(1);

        public bool SupportsShardedChannels(out string? reason)
        {
            reason = null;
            return true;
        }

        public Exception? Translate(Exception exception) => exception as RedisCommandException;

        public Task<IRedisLink> ConnectAsync(Action<string> onLost, CancellationToken cancellationToken)
        {
            Attempts++;
            if (Failure is { } failure)
            {
                return Task.FromException<IRedisLink>(new RedisUnavailableException(failure));
            }

            var link = new FakeLink(this, onLost);
            lock (_links)
            {
                _links.Add(link);
            }

            return Task.FromResult<IRedisLink>(link);
        }

        public Task<IRedisLink> ConnectReaderAsync(Action<string> onLost, CancellationToken cancellationToken) => ConnectAsync(onLost, cancellationToken);
    }

    private sealed class FakeLink(FakeDriver driver, Action<string> onLost) : IRedisLink
    {
        private readonly Dictionary<string, Action<string, ReadOnlyMemory<byte>>> _handlers = [];
        private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _published = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsSilent { get; set; }

        public int PendingPings { get; private set; }

        public bool IsDisposed { get; private set; }

        public IReadOnlyCollection<string> Subscribed => _handlers.Keys;

        public void Lose() => onLost("the cable");

        public void ConfirmSubscriptions() => _confirmed.SetResult();

        public void AnswerPublished() => _published.SetResult();

        public void Deliver(string channel, string? from = null) => _handlers[channel](from ?? channel, s_message);

        public Task PingAsync()
        {
            if (!IsSilent)
            {
                return Task.CompletedTask;
            }

            PendingPings++;
            return new TaskCompletionSource().Task;
        }

        public Task PublishAsync(string channel, ReadOnlyMemory<byte> message, bool isSharded) => _published.Task;

        public Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments) => new TaskCompletionSource<RedisReply>().Task;

        public Task<int> CountSubscribersAsync(string channel, bool isSharded) => new TaskCompletionSource<int>().Task;

        public Task SubscribeAsync(string channel, RedisChannelKind kind, Action<string, ReadOnlyMemory<byte>> handler)
        {
            if (channel == driver.Refuses)
            {
                return Task.FromException(new RedisCommandException("NOPERM"));
            }

            _handlers[channel] = handler;
            return driver.ConfirmsSubscriptions ? Task.CompletedTask : _confirmed.Task;
        }

        public Task UnsubscribeAsync(string channel, RedisChannelKind kind) => Task.CompletedTask;

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
