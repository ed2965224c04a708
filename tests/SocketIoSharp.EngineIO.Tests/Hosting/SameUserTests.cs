namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Requests of a session that are authenticated as somebody else.</summary>
public sealed class SameUserTests
{
    private const string Forbidden = "{\"code\":4,\"message\":\"Forbidden\"}";

    [TestCase("id=1", "id=2")]
    [TestCase("id=1;issuer=us", "id=1;issuer=them")]
    [TestCase("id=1;name=anna", "id=2;name=anna")]
    [TestCase("id=anna", "name=anna")]
    [TestCase("name=anna", "name=berta")]
    [TestCase("name=anna", "id=anna;issuer=us;name=anna")]
    [TestCase("name=anna", "x=y")]
    [TestCase("", "id=1")]
    [TestCase("", "x=y")]
    public async Task A_request_of_another_user_is_refused_on_every_transport(string owner, string other)
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient(TestAuthentication.As(owner));
        await client.HandshakeAsync();
        await using var stranger = server.CreateClient(TestAuthentication.As(other));
        stranger.Sid = client.Sid;

        var get = await stranger.SendGetAsync();
        var post = await stranger.SendPostAsync("4mine");
        var upgrade = await RawWebSocket.ExpectRefusalAsync(server.Address, client.Target("websocket"), TestAuthentication.Header(other));

        Assert.That((get.Status, get.Body, get.Header("Content-Type")), Is.EqualTo((403, Forbidden, "application/json")));
        Assert.That((post.Status, post.Body), Is.EqualTo((403, Forbidden)));
        Assert.That((upgrade.Status, upgrade.Body), Is.EqualTo((403, "Forbidden")));
    }

    [TestCase("id=1", "id=1")]
    [TestCase("id=1;name=anna", "id=1;name=anna b.")]
    [TestCase("name=anna", "name=anna")]
    [TestCase("x=y", "x=z")]
    [TestCase("id=1", "")]
    [TestCase("name=anna", "")]
    [TestCase("", "")]
    public async Task The_same_user_and_requests_without_one_are_served_on_every_transport(string owner, string later)
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient(TestAuthentication.As(owner));
        await client.HandshakeAsync();
        await using var same = server.CreateClient(TestAuthentication.As(later));
        same.Sid = client.Sid;

        await same.PostAsync("4hello");
        Assert.That(await same.GetAsync(), Is.EqualTo("4hello"));
        await using var webSocket = await RawWebSocket.ConnectAsync(server.Address, client.Target("websocket"), later.Length == 0 ? [] : [TestAuthentication.Header(later)]);
        await webSocket.SendAsync("2probe");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("3probe"));
    }

    [Test]
    public async Task The_session_is_not_harmed_by_requests_of_others()
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler: handler);
        await using var client = server.CreateClient(TestAuthentication.As("id=1"));
        await client.HandshakeAsync();
        await using var stranger = server.CreateClient(TestAuthentication.As("id=2"));
        stranger.Sid = client.Sid;
        var poll = client.GetAsync();
        await server.PollWaits(client);

        Assert.That((await stranger.SendGetAsync()).Status, Is.EqualTo(403));
        Assert.That((await stranger.SendPostAsync("1")).Status, Is.EqualTo(403));
        await client.PostAsync("4still here");

        Assert.That(await poll.Soon(), Is.EqualTo("4still here"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("still here"));
        Assert.That(handler.Closed.Count, Is.Zero);
    }

    [Test]
    public async Task A_refused_request_of_another_user_is_reported([Values] bool isUpgrade)
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient(TestAuthentication.As("id=1"));
        await client.HandshakeAsync();
        var errors = new Inbox<EngineIOConnectionError>();
        using var registration = server.Engine.OnConnectionError(errors.Add);

        if (isUpgrade)
        {
            await RawWebSocket.ExpectRefusalAsync(server.Address, client.Target("websocket"), TestAuthentication.Header("id=2"));
        }
        else
        {
            await using var stranger = server.CreateClient(TestAuthentication.As("id=2", client.Sid));
            await stranger.SendGetAsync();
        }

        var error = await errors.NextAsync();
        Assert.That((error.Code, error.Message), Is.EqualTo((4, "Forbidden")));
        Assert.That(error.Context, Is.EqualTo(new Dictionary<string, object?> { ["name"] = "USER_MISMATCH" }));
    }

    [Test]
    public async Task A_session_that_began_on_websocket_is_its_users_alone_too()
    {
        await using var server = await StartAsync();
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync(TestAuthentication.Header("id=1"));

        var upgrade = await RawWebSocket.ExpectRefusalAsync(server.Address, client.Target("websocket"), TestAuthentication.Header("id=2"));
        await webSocket.SendAsync("4hello");

        Assert.That(upgrade.Status, Is.EqualTo(403));
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4hello"));
    }

    [Test]
    public async Task Node_s_way_can_be_restored()
    {
        await using var server = await StartAsync(static options => options.RequireSameUser = false);
        await using var client = server.CreateClient(TestAuthentication.As("id=1"));
        await client.HandshakeAsync();
        await using var other = server.CreateClient(TestAuthentication.As("id=2"));
        other.Sid = client.Sid;

        await other.PostAsync("4hello");

        Assert.That(await other.GetAsync(), Is.EqualTo("4hello"));
        await using var webSocket = await RawWebSocket.ConnectAsync(server.Address, client.Target("websocket"), TestAuthentication.Header("id=2"));
    }

    private static Task<EngineTestServer> StartAsync(Action<EngineIOOptions>? options = null, RecordingHandler? handler = null)
        => EngineTestServer.StartAsync(new EngineTestServerSettings
        {
            Options = options,
            Handler = handler ?? RecordingHandler.Echo(),
            ConfigureBuilder = TestAuthentication.AddTo,
        });
}
