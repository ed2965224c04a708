using System.Globalization;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Sessions that end together with the authentication of their user.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AuthenticationExpirationTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingHandler _handler = RecordingHandler.Echo();

    [Test]
    public async Task A_websocket_session_closes_when_the_ticket_expires()
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync(TestAuthentication.Header("id=1;expires=10"));
        var session = server.Session(client);

        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.That(session.State, Is.EqualTo(SessionState.Open));
        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That((await _handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
        Assert.That(server.Log.Of("AuthenticationExpired"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_polling_session_closes_when_the_ticket_expires_and_what_is_queued_goes_first()
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient(TestAuthentication.As("id=1;expires=10"));
        await client.HandshakeAsync();
        server.Session(client).TrySendText("last words");

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(await client.GetAsync(), Is.EqualTo("4last words"));
        Assert.That(await client.GetAsync(), Is.EqualTo("6\u001e1"));
        Assert.That((await _handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
    }

    [Test]
    public async Task A_poll_that_waits_is_answered_with_the_close()
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient(TestAuthentication.As("id=1;expires=10"));
        await client.HandshakeAsync();
        var poll = client.GetAsync();
        await server.PollWaits(client);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(await poll.Soon(), Is.EqualTo("1"));
        Assert.That((await client.SendGetAsync()).Body, Is.EqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}"));
    }

    // The cookie handler renews a sliding ticket while the client polls; the next poll brings it.
    [TestCase(false)]
    [TestCase(true)]
    public async Task A_later_ticket_of_the_same_user_takes_the_place_of_the_first(bool isPost)
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient(TestAuthentication.As("id=1;expires=10"));
        await client.HandshakeAsync();
        await using var renewed = server.CreateClient(TestAuthentication.As("id=1;expires=15"));
        renewed.Sid = client.Sid;
        var session = server.Session(client);
        _time.Advance(TimeSpan.FromSeconds(5));

        if (isPost)
        {
            await renewed.PostAsync("4hello");
        }
        else
        {
            session.TrySendText("hello");
            await renewed.GetAsync();
        }

        _time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.That(session.State, Is.EqualTo(SessionState.Open));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(session.State, Is.Not.EqualTo(SessionState.Open));
    }

    [Test]
    public async Task The_upgrade_to_websocket_brings_a_later_ticket_too()
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient(TestAuthentication.As("id=1;expires=10"));
        await client.HandshakeAsync();
        var session = server.Session(client);
        _time.Advance(TimeSpan.FromSeconds(5));

        await using var webSocket = await RawWebSocket.ConnectAsync(server.Address, client.Target("websocket"), TestAuthentication.Header("id=1;expires=15"));
        await webSocket.SendAsync("2probe");
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("3probe"));
        await webSocket.SendAsync("5");
        await Eventually.True(() => session.IsUpgraded);
        _time.Advance(TimeSpan.FromSeconds(14));

        Assert.That(session.State, Is.EqualTo(SessionState.Open));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
    }

    [Test]
    public async Task A_later_ticket_that_never_expires_lets_the_session_live()
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient(TestAuthentication.As("id=1;expires=10"));
        await client.HandshakeAsync();
        await using var renewed = server.CreateClient(TestAuthentication.As("id=1"));
        renewed.Sid = client.Sid;

        await renewed.PostAsync("4hello");
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.That(server.Session(client).State, Is.EqualTo(SessionState.Open));
        Assert.That(server.Clock().Count, Is.EqualTo(1), "the heartbeat alone");
    }

    [TestCase("", true)]
    [TestCase("id=2;expires=60", false)]
    public async Task Requests_that_are_not_the_users_own_change_nothing(string user, bool requireSameUser)
    {
        await using var server = await StartAsync(options => options.RequireSameUser = requireSameUser);
        await using var client = server.CreateClient(TestAuthentication.As("id=1;expires=10"));
        await client.HandshakeAsync();
        await using var other = server.CreateClient(TestAuthentication.As(user));
        other.Sid = client.Sid;
        var session = server.Session(client);

        await other.PostAsync("4hello");
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(session.State, Is.Not.EqualTo(SessionState.Open));
    }

    [Test]
    public async Task A_ticket_that_has_expired_already_closes_the_session_at_once()
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync(TestAuthentication.Header("id=1;expires=-60"));

        _time.Advance(TimeSpan.FromMilliseconds(5));

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
    }

    // A timer can be set 49 days ahead.
    [TestCase(90)]
    [TestCase(2_000_000)]
    public async Task A_ticket_may_be_valid_for_longer_than_a_timer_runs(int days)
    {
        await using var server = await StartAsync(static options => options.PingInterval = options.PingTimeout = TimeSpan.FromDays(30));
        await using var client = server.CreateClient();
        var seconds = TimeSpan.FromDays(days).TotalSeconds.ToString(CultureInfo.InvariantCulture);
        await using var webSocket = await client.ConnectAsync(TestAuthentication.Header($"id=1;expires={seconds}"));
        var session = server.Session(client);

        for (var hour = 0; hour < 48; hour++)
        {
            _time.Skip(TimeSpan.FromMinutes(59));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That(session.State, Is.EqualTo(SessionState.Open));
        Assert.That(server.Clock().Count, Is.EqualTo(2), "the heartbeat and the ticket");
    }

    [Test]
    public async Task A_session_that_ends_before_leaves_nothing_in_the_clock()
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient(TestAuthentication.As("id=1;expires=10"));
        await client.HandshakeAsync();
        Assert.That(server.Clock().Count, Is.EqualTo(2));

        await client.PostAsync("1");
        await _handler.NextCloseAsync();

        Assert.That(server.Clock().Count, Is.Zero);
    }

    [TestCase("id=1;expires=10", false)]
    [TestCase("id=1", true)]
    [TestCase("", true)]
    public async Task Without_the_option_or_an_expiry_the_session_lives_on(string user, bool isOn)
    {
        await using var server = await StartAsync(options => options.CloseOnAuthenticationExpiration = isOn);
        await using var client = server.CreateClient(TestAuthentication.As(user));
        await client.HandshakeAsync();

        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.That(server.Session(client).State, Is.EqualTo(SessionState.Open));
        Assert.That(server.Clock().Count, Is.EqualTo(1));
    }

    private Task<EngineTestServer> StartAsync(Action<EngineIOOptions>? more = null) => EngineTestServer.StartAsync(new EngineTestServerSettings
    {
        Handler = _handler,
        Time = _time,
        Options = options =>
        {
            options.CloseOnAuthenticationExpiration = true;
            more?.Invoke(options);
        },
        ConfigureBuilder = TestAuthentication.AddTo,
    });
}
