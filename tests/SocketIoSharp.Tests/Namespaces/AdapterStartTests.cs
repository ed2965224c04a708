using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Namespaces;

/// <summary>Clients of a namespace whose adapter cannot begin at first.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AdapterStartTests
{
    private const string Refused = """44{"message":"Connection failed"}""";

    private readonly ManualTimeProvider _time = new();
    private readonly Inbox<TaskCompletionSource> _attempts = new();

    [Test]
    public async Task A_client_that_comes_after_a_second_brings_about_another_attempt()
    {
        await using var server = await StartAsync();
        await using var client = await server.OpenAsync();
        (await _attempts.NextAsync()).SetException(new InvalidOperationException("the bus is down"));

        await client.SendAsync("40");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo(Refused));
        _time.Advance(TimeSpan.FromMilliseconds(999));
        await client.SendAsync("40");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo(Refused));
        Assert.That(_attempts.Count, Is.Zero, "it is too early");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await client.SendAsync("40");
        (await _attempts.NextAsync()).SetResult();

        Assert.That(await client.ReceiveAsync(), Does.StartWith("40{"));
        Assert.That(server.Log.Of("ConnectFailed"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task All_who_wait_share_one_attempt([Values] bool succeeds)
    {
        await using var server = await StartAsync();
        (await _attempts.NextAsync()).SetException(new InvalidOperationException("the bus is down"));
        _time.Advance(TimeSpan.FromSeconds(1));
        await using var first = await server.OpenAsync();
        await using var second = await server.OpenAsync();

        await first.SendAsync("40");
        var attempt = await _attempts.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        await second.SendTogetherAsync("40", "40/nobody,");
        Assert.That(await second.ReceiveAsync(), Does.StartWith("44/nobody,"), "the other wish is worked on by then");
        if (succeeds)
        {
            attempt.SetResult();
        }
        else
        {
            attempt.SetException(new InvalidOperationException("still down"));
        }

        foreach (var client in new[] { first, second })
        {
            Assert.That(await client.ReceiveAsync(), succeeds ? Does.StartWith("40{") : Is.EqualTo(Refused));
        }

        Assert.That(_attempts.Count, Is.Zero);
    }

    private Task<SocketIOTestServer> StartAsync()
        => SocketIOTestServer.StartAsync(
            static _ => { },
            options =>
            {
                options.PingInterval = TimeSpan.FromHours(1);
                options.AdapterFactory = context => new ReluctantAdapter(context, _attempts);
            },
            _time,
            allowErrors: true);

    private sealed class ReluctantAdapter(AdapterContext context, Inbox<TaskCompletionSource> attempts) : Adapter(context)
    {
        public override Task StartAsync(CancellationToken cancellationToken)
        {
            var attempt = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            attempts.Add(attempt);
            return attempt.Task;
        }
    }
}
