using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace SocketIoSharp.Redis.Tests;

/// <summary>What every way to Redis promises. A fixture for each of them says how it is made.</summary>
[NonParallelizable]
public abstract partial class BusContract
{
    // Makes names that no other run uses, on a Redis of which there is one for all.
    private static readonly string s_run = Guid.NewGuid().ToString("N")[..8];

    private readonly List<IRedisBus> _buses = [];
    private ServiceProvider? _services;
    private BusHost? _host;
    private int _expectedErrors;

    /// <summary>Whether the bus and the Redis behind it know sharded channels.</summary>
    private protected virtual bool HasShardedChannels => true;

    private protected LogCapture Log { get; private set; } = new();

    private protected BusHost Host => _host ?? throw new InvalidOperationException("The fixture has not begun.");

    [OneTimeSetUp]
    public async Task Begin()
    {
        _services = new ServiceCollection().AddMetrics().AddSingleton<RedisMetrics>().BuildServiceProvider();
        _host = await CreateHostAsync();
    }

    [OneTimeTearDown]
    public async Task End()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
    }

    [SetUp]
    public void BeginTest()
    {
        Log = new LogCapture();
        _expectedErrors = 0;
    }

    [TearDown]
    public async Task EndTest()
    {
        foreach (var bus in _buses)
        {
            await bus.DisposeAsync().Soon();
        }

        _buses.Clear();
        Assert.That(Log.Errors, Has.Count.EqualTo(_expectedErrors), () => string.Join('\n', Log.Errors));
    }

    private protected abstract Task<BusHost> CreateHostAsync();

    /// <summary>A name that no other test uses.</summary>
    private protected static string Name(string text) => $"{s_run}:{TestContext.CurrentContext.Test.ID}:{text}";

    private protected IRedisBus CreateBus()
    {
        var bus = Host.Connection.CreateBus(new RedisBusContext(Log.CreateLogger("Bus"), _services!.GetRequiredService<RedisMetrics>(), TimeProvider.System));
        _buses.Add(bus);
        return bus;
    }

    private protected async Task<IRedisBus> CreateReadyBusAsync()
    {
        var bus = CreateBus();
        await bus.State.WhenUpAsync(CancellationToken.None).Soon();
        return bus;
    }

    private protected static async Task<(RedisSubscription Subscription, Inbox<RawRedisMessage> Messages)> SubscribeAsync(
        IRedisBus bus,
        string channel,
        RedisChannelKind kind = RedisChannelKind.Plain)
    {
        var (subscription, messages) = CreateSubscription(channel, kind);
        await bus.SubscribeAsync(subscription, CancellationToken.None).Soon();
        return (subscription, messages);
    }

    private protected static (RedisSubscription Subscription, Inbox<RawRedisMessage> Messages) CreateSubscription(
        string channel,
        RedisChannelKind kind = RedisChannelKind.Plain)
    {
        var messages = new Inbox<RawRedisMessage>();
        return (new RedisSubscription(channel, kind, (from, message) => messages.Add(new RawRedisMessage(from, message.ToArray()))), messages);
    }

    private protected static Task PublishAsync(IRedisBus bus, string channel, string message, RedisChannelKind kind = RedisChannelKind.Plain)
        => bus.PublishAsync(channel, Encoding.UTF8.GetBytes(message), kind == RedisChannelKind.Sharded).Soon();

    private protected static Task<int> CountAsync(IRedisBus bus, string channel, RedisChannelKind kind = RedisChannelKind.Plain)
        => bus.CountSubscribersAsync(channel, kind == RedisChannelKind.Sharded, CancellationToken.None).Soon();

    /// <summary>Waits until Redis has noticed what nobody tells us that it has noticed, such as the end of a connection.</summary>
    private protected static async Task CountBecomesAsync(IRedisBus bus, string channel, int expected)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (await CountAsync(bus, channel) != expected)
        {
            await ticks.WaitForNextTickAsync(patience.Token);
        }
    }

    private protected void ExpectErrors(int count) => _expectedErrors = count;

    private protected RedisChannelKind RequireChannels(ChannelKind kind)
    {
        if (kind == ChannelKind.Sharded && !HasShardedChannels)
        {
            Assert.Ignore("There are no sharded channels here.");
        }

        return Enum.Parse<RedisChannelKind>(kind.ToString());
    }

    /// <summary>What to subscribe to for the messages of a channel.</summary>
    private static string ToSubscribe(string channel, RedisChannelKind kind) => kind == RedisChannelKind.Pattern ? channel + "*" : channel;
}

/// <summary>The kinds of channels, by a name that test methods may show.</summary>
public enum ChannelKind
{
    Plain,
    Pattern,
    Sharded,
}
