using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Connections;

/// <summary>How long a client may stay without joining a namespace.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConnectTimeoutTests
{
    private readonly ManualTimeProvider _time = new();
    private SocketIOTestServer _server = null!;

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_client_that_joins_nothing_is_closed([Values] bool isPolling)
    {
        await StartAsync();
        await using var client = await ProtocolClient.OpenAsync(_server.Address, isPolling);

        _time.Advance(TimeSpan.FromSeconds(43));
        Assert.That(_server.IO.Engine.ClientsCount, Is.EqualTo(1));
        _time.Advance(TimeSpan.FromSeconds(2));

        await client.AssertClosedAsync();
        await Eventually.True(() => _server.IO.Engine.ClientsCount == 0);
    }

    [Test]
    public async Task A_refusal_does_not_stop_the_time([Values] bool isPolling)
    {
        await StartAsync();
        await using var client = await ProtocolClient.OpenAsync(_server.Address, isPolling);

        _time.Advance(TimeSpan.FromSeconds(30));
        await client.SendAsync("40/nope,");
        await client.AssertNextAsync("44/nope,{\"message\":\"Invalid namespace\"}");
        _time.Advance(TimeSpan.FromSeconds(15));

        await client.AssertClosedAsync();
    }

    [Test]
    public async Task A_middleware_that_takes_too_long_does_not_stop_the_time()
    {
        await StartAsync(static io => io.Use(static (socket, _) => Task.Delay(Timeout.InfiniteTimeSpan, socket.Disconnected)));
        await using var client = await ProtocolClient.OpenAsync(_server.Address);

        await client.SendAsync("40");
        await Eventually.True(() => _server.IO.Adapter.GetSockets().Count == 1);
        _time.Advance(TimeSpan.FromSeconds(45));

        await client.AssertClosedAsync();
        await Eventually.True(() => _server.IO.Adapter.GetSockets().Count == 0);
    }

    [Test]
    public async Task The_first_namespace_that_is_joined_ends_it_for_good([Values] bool isPolling)
    {
        await StartAsync();
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling);

        await client.SendAsync("41");
        await Eventually.True(() => _server.IO.Sockets.Count == 0);
        _time.Advance(TimeSpan.FromMinutes(3));

        await client.JoinAsync();
    }

    [Test]
    public async Task The_option_sets_the_time()
    {
        await StartAsync(options: static options => options.ConnectTimeout = TimeSpan.FromSeconds(5));
        await using var client = await ProtocolClient.OpenAsync(_server.Address);

        _time.Advance(TimeSpan.FromSeconds(5));

        await client.AssertClosedAsync();
    }

    private async Task StartAsync(Action<ISocketIOServer>? configure = null, Action<SocketIOOptions>? options = null)
        => _server = await SocketIOTestServer.StartAsync(
            configure ?? (static _ => { }),
            settings =>
            {
                // No ping comes in between.
                settings.PingInterval = TimeSpan.FromMinutes(5);
                options?.Invoke(settings);
            },
            _time);
}
