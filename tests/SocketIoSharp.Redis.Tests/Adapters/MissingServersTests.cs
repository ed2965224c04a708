using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Servers that are counted and do not answer, and a Redis that is away.</summary>
[TestFixture(AdapterKind.Classic)]
[TestFixture(AdapterKind.ClassicWithLog)]
[TestFixture(AdapterKind.ShardedDynamic)]
[TestFixture(AdapterKind.Streams)]
[TestFixture(AdapterKind.StreamsWithRecovery)]
public sealed class MissingServersTests(AdapterKind adapter) : TwoServersFixture
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    // Who is there answers within it, on a busy machine as well.
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(3);

    [SetUp]
    public Task StartAsync() => StartAsync(new TestCluster(adapter, BusKind.InMemory));

    [Test]
    public async Task A_server_that_has_crashed_ends_the_wait_for_descriptions()
    {
        await using var client = await Second.ConnectAsync();
        var silent = await AddSilentServerAsync();

        var fetching = First.IO.Timeout(s_long).FetchSocketsAsync();
        await silent.DisposeAsync();

        Assert.That((await fetching.Soon()).Select(static socket => socket.Id), Is.EqualTo(new[] { client.Id }));
    }

    [Test]
    public async Task A_server_that_hangs_costs_the_whole_time_and_what_came_is_there()
    {
        await using var client = await Second.ConnectAsync();
        await using var silent = await AddSilentServerAsync();

        var exception = await CatchAsync<ClusterTimeoutException>(First.IO.Timeout(s_short).FetchSocketsAsync());

        Assert.That(exception.AskedServers, Is.EqualTo(2));
        Assert.That(exception.AnsweredServers, Is.EqualTo(1));
        Assert.That(exception.Sockets.Select(static socket => socket.Id), Is.EqualTo(new[] { client.Id }));
    }

    [Test]
    public async Task A_server_that_has_crashed_ends_the_wait_for_clients_and_is_missing()
    {
        await using var client = await Second.ConnectAsync();
        var silent = await AddSilentServerAsync();

        var asking = First.IO.Timeout(s_long).EmitWithAckAsync<string>("who");
        await client.AnswerAsync("""["who"]""", """["me"]""");
        await silent.DisposeAsync();

        var answers = await asking.Soon();
        Assert.That(answers.Responses, Is.EqualTo(new[] { "me" }));
        Assert.That(answers.IsComplete, Is.False);
        Assert.That(answers.MissingServers, Is.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_hangs_is_missing_among_the_answers_of_clients()
    {
        await using var client = await Second.ConnectAsync();
        await using var silent = await AddSilentServerAsync();

        var asking = First.IO.Timeout(s_short).EmitWithAckAsync<string>("who");
        await client.AnswerAsync("""["who"]""", """["me"]""");

        var answers = await asking.Soon();
        Assert.That(answers.Responses, Is.EqualTo(new[] { "me" }));
        Assert.That(answers.IsComplete, Is.False);
        Assert.That(answers.MissingServers, Is.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_stops_waits_for_no_answers()
    {
        await using var client = await Second.ConnectAsync();
        await using var silent = await AddSilentServerAsync();
        var asking = First.IO.Timeout(s_long).EmitWithAckAsync<string>("who");
        await client.AnswerAsync("""["who"]""", """["me"]""");

        await First.DisposeAsync();

        Assert.That((await asking.Soon()).IsComplete, Is.False);
    }

    [Test]
    public async Task A_server_that_has_crashed_ends_the_wait_for_servers_and_is_missing()
    {
        Second.IO.OnServerSideEvent("ask", static _ => Task.FromResult<object?>("second"));
        var silent = await AddSilentServerAsync();

        var asking = First.IO.ServerSideEmitWithAckAsync<string>("ask");
        await silent.DisposeAsync();

        var answers = await asking.Soon();
        Assert.That(answers.Responses, Is.EqualTo(new[] { "second" }));
        Assert.That(answers.IsComplete, Is.False);
        Assert.That(answers.MissingServers, Is.EqualTo(1));
    }

    [Test]
    public async Task While_redis_is_away_events_reach_the_clients_of_their_server_in_order()
    {
        await using var here = await First.ConnectAsync();
        await using var there = await Second.ConnectAsync();
        await First.IO.EmitAsync("before");
        Assert.That(await here.ReceiveAsync(), Does.StartWith("""2["before"""));
        Assert.That(await there.ReceiveAsync(), Does.StartWith("""2["before"""));

        Cluster.InMemory.SetAvailable(false);
        for (var i = 0; i < 100; i++)
        {
            _ = First.IO.EmitAsync("n", i);
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.That(await here.ReceiveAsync(), Is.EqualTo($"""2["n",{i}]"""));
        }

        Cluster.InMemory.SetAvailable(true);
        await TestCluster.BecomesAsync(() => Task.FromResult(TestCluster.IsUp(First) && TestCluster.IsUp(Second)));
        await First.IO.EmitAsync("after");
        Assert.That(await here.ReceiveAsync(), Does.StartWith("""2["after"""));
        Assert.That(await there.ReceiveAsync(), Does.StartWith("""2["after"""));
    }

    [Test]
    public async Task While_redis_is_away_questions_end_at_once_and_say_what_is_missing()
    {
        await using var here = await First.ConnectAsync();
        Cluster.InMemory.SetAvailable(false);

        var exception = await CatchAsync<ClusterTimeoutException>(First.IO.Timeout(s_long).FetchSocketsAsync());
        var asking = First.IO.Timeout(s_long).EmitWithAckAsync<string>("who");
        await here.AnswerAsync("""["who"]""", """["me"]""");
        var answers = await asking.Soon();
        var servers = await First.IO.ServerSideEmitWithAckAsync<string>("ask").Soon();

        Assert.That(exception.Sockets.Select(static socket => socket.Id), Is.EqualTo(new[] { here.Id }));
        Assert.That(answers.Responses, Is.EqualTo(new[] { "me" }));
        Assert.That(answers.MissingServers, Is.EqualTo(1));
        Assert.That(servers.MissingServers, Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_not_published_is_counted_and_the_health_check_tells()
    {
        var unpublished = 0L;
        using var listener = new MeterListener();
        var meters = First.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, enabled) =>
        {
            if (instrument.Name == "socketio.redis.messages.unpublished" && instrument.Meter.Scope == meters)
            {
                enabled.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref unpublished, value));
        listener.Start();
        Assert.That(await CheckAsync(), Is.EqualTo(HealthStatus.Healthy));

        Cluster.InMemory.SetAvailable(false);
        await First.IO.EmitAsync("lost");
        await First.IO.ServerSideEmitAsync("lost");

        Assert.That(Interlocked.Read(ref unpublished), Is.EqualTo(2));
        Assert.That(await CheckAsync(), Is.EqualTo(HealthStatus.Degraded));
        Cluster.InMemory.SetAvailable(true);
        await TestCluster.BecomesAsync(async () => await CheckAsync() == HealthStatus.Healthy);
    }

    private static async Task<TException> CatchAsync<TException>(Task task)
        where TException : Exception
    {
        try
        {
            await task.Soon();
        }
        catch (TException exception)
        {
            return exception;
        }

        throw new AssertionException($"No {typeof(TException).Name} was thrown.");
    }

    private async Task<HealthStatus> CheckAsync() => (await First.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;

    /// <summary>Something that is counted as a server, but never says anything.</summary>
    private async Task<RedisLink> AddSilentServerAsync()
    {
        var link = new RedisLink(
            await Cluster.ConnectAsync(), new RedisAdapterOptions(), NullLoggerFactory.Instance, First.Services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        var kind = Cluster.IsSharded ? RedisChannelKind.Sharded : RedisChannelKind.Plain;
        await link.Bus.SubscribeAsync(new RedisSubscription(Cluster.CountedChannel, kind, static (_, _) => { }), CancellationToken.None).Soon();
        await Cluster.WhenCompleteAsync(3);
        return link;
    }
}
