using System.Diagnostics.Metrics;
using System.Text;
using NUnit.Framework;
using SocketIoSharp.Redis.Tests.Adapters;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Security;

/// <summary>What comes from Redis is as little trusted as what comes from clients: whoever can write to it must not be able to do more than to send events.</summary>
[TestFixtureSource(nameof(Kinds))]
public sealed partial class RedisLedgerTests(AdapterKind adapter, BusKind bus) : IAsyncDisposable
{
    private MeterListener _meters = null!;
    private long _received;
    private long _dropped;
    private TestCluster _cluster = null!;
    private ContractServer _server = null!;
    private ContractServer _other = null!;
    private ContractClient _client = null!;
    private RedisLink _link = null!;

    public static IEnumerable<TestFixtureData> Kinds()
    {
        foreach (var adapter in Enum.GetValues<AdapterKind>())
        {
            yield return new TestFixtureData(adapter, BusKind.InMemory);
        }

        yield return new TestFixtureData(AdapterKind.Classic, BusKind.Resp);
        yield return new TestFixtureData(AdapterKind.ShardedDynamic, BusKind.Resp);
        yield return new TestFixtureData(AdapterKind.StreamsWithRecovery, BusKind.Resp);
    }

    [SetUp]
    public async Task StartAsync()
    {
        _received = _dropped = 0;
        _cluster = new TestCluster(adapter, bus);
        _server = await _cluster.StartServerAsync();
        Count();
        _other = await _cluster.StartServerAsync();
        await _cluster.WhenCompleteAsync(2);
        _client = await _server.ConnectAsync(adapter.HasRecovery());
        await _client.Socket.JoinAsync("r");
        _link = await _cluster.OpenAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        _meters.Dispose();
        await _link.DisposeAsync();
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _meters.Dispose();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task Cve_2025_61765_pickled_messages_are_dropped_and_never_run()
    {
        foreach (var target in Targets)
        {
            await target(HostileMessages.Pickled);
        }

        await ExpectDroppedAsync(Targets.Count, Targets.Count);
    }

    [Test]
    public async Task Garbage_on_any_channel_is_dropped()
    {
        var count = 0;
        foreach (var target in Targets)
        {
            foreach (var message in HostileMessages.Garbage())
            {
                await target(message);
                count++;
            }
        }

        await ExpectDroppedAsync(count, count);
    }

    [Test]
    public async Task Messages_that_end_too_early_are_dropped()
    {
        var count = 0;
        foreach (var (target, message) in GoodMessages())
        {
            foreach (var part in HostileMessages.Truncate(message))
            {
                await target(part);
                count++;
            }
        }

        await ExpectDroppedAsync(count, count);
    }

    [Test]
    public async Task Messages_of_wrong_types_are_dropped()
    {
        var count = 0;
        foreach (var (target, message) in WrongMessages())
        {
            await target(message);
            count++;
            await Eventually.True(() => Interlocked.Read(ref _dropped) == count, Encoding.UTF8.GetString(message));
        }

        await ExpectDroppedAsync(count, count);
    }

    [Test]
    public async Task What_is_not_for_this_server_is_ignored()
    {
        var count = 0;
        var uid = ((ClusterAdapter)_server.IO.Adapter).Uid;
        foreach (var message in HostileMessages.NotForUs(IsClassic).Select(text => text.Replace("{uid}", uid, StringComparison.Ordinal)))
        {
            await PublishAsync(Request, HostileMessages.Pack(message));
            count++;
        }

        if (IsClassic)
        {
            await PublishAsync(RedisChannels.Namespace(_cluster.Prefix, "/"), HostileMessages.Pack($$$"""["{{{uid}}}",{"type":2,"data":["x"],"nsp":"/"},{"rooms":[],"except":[],"flags":{}}]"""));
            await PublishAsync(RedisChannels.Namespace(_cluster.Prefix, "/"), HostileMessages.Pack("""["x",{"type":2,"data":["x"],"nsp":"/other"},{"rooms":[],"except":[],"flags":{}}]"""));
            count += 2;
        }

        await ExpectDroppedAsync(count, 0);
    }

    [Test]
    public async Task Answers_to_nothing_are_dropped()
    {
        var count = 0;
        var texts = IsClassic ? HostileMessages.ClassicResponses() : HostileMessages.ClusterData().Where(static data => data.Type is 8 or >= 10).Select(static data => $$"""{"type":{{data.Type}},"data":{{data.Data}},"uid":"x","nsp":"/"}""");
        foreach (var text in texts)
        {
            await PublishAsync(Own, Encoding.UTF8.GetBytes(text));
            await PublishAsync(Own, HostileMessages.Pack(text));
            count += 2;
        }

        for (var i = 0; i < 5_000; i++)
        {
            await PublishAsync(Own, Encoding.UTF8.GetBytes(IsClassic
                ? $$"""{"type":8,"requestId":"unknown{{i}}","clientCount":1}"""
                : $$"""{"type":11,"data":{"requestId":"unknown{{i}}","clientCount":1},"uid":"made up {{i}}","nsp":"/"}"""));
            count++;
        }

        await ExpectDroppedAsync(count, null);
    }

    [Test]
    public async Task A_message_larger_than_the_limit_is_dropped_unread()
    {
        if (bus != BusKind.InMemory)
        {
            // Redis itself ends the connection of a subscriber that is that far behind, as it is configured by default.
            return;
        }

        var large = new byte[65 * 1024 * 1024];
        "{\"type\":3,\"data\":\""u8.CopyTo(large);
        foreach (var target in Targets)
        {
            await target(large);
        }

        await ExpectDroppedAsync(Targets.Count, Targets.Count);
        Assert.That(_server.Log.Of("TooLarge"), Has.Count.LessThanOrEqualTo(1));
    }

    [Test]
    public async Task Thousands_of_bad_messages_are_one_line_in_the_log()
    {
        for (var i = 0; i < 5_000; i++)
        {
            await PublishAsync(Request, "{\"secret\":\"payload\"}"u8.ToArray());
        }

        await ExpectDroppedAsync(5_000, 5_000);
        var line = _server.Log.Of("Unreadable").Single();
        Assert.That(line.Message, Is.EqualTo($"A message of 20 bytes on {Request} could not be read and was dropped; 1 since the last line."));
        Assert.That(_server.Log.Lines.Where(static line => line.Message.Contains("secret", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Names_that_are_made_up_fill_no_table_and_keep_nobody_waiting()
    {
        var questions = new Inbox<string>();
        await _link.Bus.SubscribeAsync(
            new RedisSubscription(Request, Kind, (_, bytes) => questions.Add(ReadRequestId(bytes))), CancellationToken.None).Soon();
        var asking = _server.IO.Timeout(TimeSpan.FromSeconds(1)).EmitWithAckAsync<string>("who");
        var id = await questions.NextAsync();
        for (var i = 0; i < 6_000; i++)
        {
            // Answers before any count, from servers that are none.
            await PublishAsync(Own, HostileMessages.Pack(IsClassic
                ? $$"""{"type":9,"requestId":"{{id}}","packet":"forged"}"""
                : $$"""{"type":12,"data":{"requestId":"{{id}}","packet":"forged"},"uid":"made up {{i}}","nsp":"/"}"""));
            await PublishAsync(Own, Encoding.UTF8.GetBytes(IsClassic
                ? $$"""{"type":8,"requestId":"{{id}}","clientCount":2147483647}"""
                : $$"""{"type":11,"data":{"requestId":"{{id}}","clientCount":2147483647},"uid":"made up {{i}}","nsp":"/"}"""));
        }

        var answers = await asking.Soon();
        Assert.That(answers.Responses, Has.Count.LessThanOrEqualTo(10_000), "what comes before its number is bounded");
        await Eventually.True(() => ((ClusterAdapter)_server.IO.Adapter).PendingRequests == 0);
    }

    [Test]
    public async Task Questions_without_end_are_served_in_bounds()
    {
        const int Count = 11_000;
        for (var i = 0; i < Count; i++)
        {
            // A millisecond each: nobody answers, and nothing is kept.
            await PublishAsync(Request, HostileMessages.Pack(IsClassic
                ? $$$$"""{"uid":"x{{{{i}}}}","requestId":"r{{{{i}}}}","type":7,"packet":{"type":2,"data":["who"],"nsp":"/"},"opts":{"rooms":["{{{{_client.Id}}}}"],"except":[],"flags":{"timeout":1}}}"""
                : $$$$"""{"type":3,"data":{"packet":{"type":2,"data":["who"]},"requestId":"r{{{{i}}}}","opts":{"rooms":["{{{{_client.Id}}}}"],"except":[],"flags":{"timeout":1}}},"uid":"x{{{{i}}}}","nsp":"/"}"""));
        }

        var served = (ClusterAdapter)_server.IO.Adapter;
        await WhenReceivedAsync(Count);
        Assert.That(served.ServedBroadcasts, Is.LessThanOrEqualTo(10_000));
        await Eventually.True(() => served.ServedBroadcasts == 0);
        await _other.IO.EmitAsync("good");
        string packet;
        do
        {
            packet = await _client.ReceiveAsync();
        }
        while (packet.Contains("[\"who\"]", StringComparison.Ordinal));

        Assert.That(packet, Is.EqualTo("""2["good"]"""));
    }

    [Test]
    public async Task The_answer_of_a_server_counts_once()
    {
        if (IsClassic)
        {
            // There, answers do not say whose they are.
            return;
        }

        var silent = await _cluster.OpenAsync();
        await using var _ = silent;
        await silent.Bus.SubscribeAsync(new RedisSubscription(_cluster.CountedChannel, Kind, static (_, _) => { }), CancellationToken.None).Soon();
        await _cluster.WhenCompleteAsync(3);
        var questions = new Inbox<string>();
        await _link.Bus.SubscribeAsync(new RedisSubscription(Own, Kind, (_, _) => questions.Add("answered")), CancellationToken.None).Soon();
        var ids = new Inbox<string>();
        await silent.Bus.SubscribeAsync(
            new RedisSubscription(_cluster.CountedChannel, Kind, (_, bytes) => ids.Add(ReadRequestId(bytes))), CancellationToken.None).Soon();

        var asking = _server.IO.Timeout(TimeSpan.FromSeconds(3)).FetchSocketsAsync();
        var id = await ids.NextAsync();
        await questions.NextAsync();
        for (var i = 0; i < 10; i++)
        {
            await PublishAsync(Own, HostileMessages.Pack($$"""{"type":8,"data":{"requestId":"{{id}}","sockets":[]},"uid":"{{((ClusterAdapter)_other.IO.Adapter).Uid}}","nsp":"/"}"""));
        }

        var exception = await Assert.ThrowsAsync<ClusterTimeoutException>(async () => await asking.Soon());
        Assert.That(exception!.AnsweredServers, Is.EqualTo(1));
        Assert.That(exception!.AskedServers, Is.EqualTo(2));
    }
}
