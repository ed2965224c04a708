namespace SocketIoSharp.EngineIO.Tests;

public sealed class HandshakeTests
{
    private const string OpenPattern = """^0\{"sid":"[A-Za-z0-9_-]{20}","upgrades":\[U\],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000\}$""";

    [Test]
    public async Task The_polling_handshake_is_the_open_packet_alone()
    {
        await using var server = await EngineTestServer.StartAsync();
        await using var client = server.CreateClient();

        var response = await client.SendAsync(HttpMethod.Get, "/engine.io/?EIO=4&transport=polling");

        Assert.That(response.Status, Is.EqualTo(200));
        Assert.That(response.Body, Does.Match(OpenPattern.Replace("U", "\"websocket\"", StringComparison.Ordinal)));
        Assert.That(response.Header("Content-Type"), Is.EqualTo("text/plain; charset=UTF-8"));
        Assert.That(response.Header("Content-Length"), Is.EqualTo(response.Bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That(response.Header("Cache-Control"), Is.EqualTo("no-store"));
        Assert.That(response.Header("Set-Cookie"), Is.Null);
        Assert.That(server.Engine.ClientsCount, Is.EqualTo(1));
    }

    [Test]
    public async Task The_websocket_handshake_is_the_first_text_frame([Values] WebSocketEngine engine)
    {
        await using var server = await EngineTestServer.StartAsync(options: options => options.WebSocketEngine = engine);

        await using var webSocket = await RawWebSocket.ConnectAsync(server.Address, "/engine.io/?EIO=4&transport=websocket");
        var frame = await webSocket.ReceiveFrameAsync();

        Assert.That(frame.Opcode, Is.EqualTo(RawWebSocket.TextFrame));
        Assert.That(frame.Text, Does.Match(OpenPattern.Replace("U", string.Empty, StringComparison.Ordinal)));
    }

    [Test]
    public async Task No_upgrades_are_offered_where_there_are_none([Values] bool isAllowed)
    {
        await using var server = await EngineTestServer.StartAsync(options: options =>
        {
            options.AllowUpgrades = isAllowed;
            options.Transports = isAllowed ? [EngineIOTransportType.Polling] : options.Transports;
        });
        await using var client = server.CreateClient();

        Assert.That(await client.HandshakeAsync(), Does.Contain("\"upgrades\":[],"));
    }

    [Test]
    public async Task The_handshake_tells_the_options()
    {
        await using var server = await EngineTestServer.StartAsync(options: options =>
        {
            options.PingInterval = TimeSpan.FromMilliseconds(300);
            options.PingTimeout = TimeSpan.FromMilliseconds(200);
            options.MaxHttpBufferSize = 12_345;
        });
        await using var client = server.CreateClient();

        Assert.That(await client.HandshakeAsync(), Does.EndWith(",\"pingInterval\":300,\"pingTimeout\":200,\"maxPayload\":12345}"));
    }

    [Test]
    public async Task The_initial_packet_follows_the_open_packet([Values] WebSocketEngine engine)
    {
        await using var server = await EngineTestServer.StartAsync(options: options =>
        {
            options.InitialPacket = EncodedMessage.Text("welcome");
            options.WebSocketEngine = engine;
        });
        await using var client = server.CreateClient();

        Assert.That(await client.HandshakeAsync(), Does.EndWith("}\u001e4welcome"));
        await using var webSocket = await server.CreateClient().ConnectAsync();
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4welcome"));
    }

    [Test]
    public async Task Session_ids_are_20_url_safe_characters_without_a_counter()
    {
        await using var server = await EngineTestServer.StartAsync();
        await using var client = server.CreateClient();
        var ids = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            await client.HandshakeAsync();
            ids.Add(client.Sid);
        }

        Assert.That(ids, Is.Unique);
        Assert.That(ids, Has.All.Match("^[A-Za-z0-9_-]{20}$"));

        // A counter in the last characters, as Node has it, would leave the first of them the same.
        Assert.That(ids.Select(static id => id[16]).Distinct().Count(), Is.GreaterThan(10));
        Assert.That(ids.Select(static id => id[0]).Distinct().Count(), Is.GreaterThan(10));
    }

    [TestCase("EIO=4&transport=polling&sid=")]
    [TestCase("EIO=4&transport=polling&sid=abc&sid=")]
    [TestCase("EIO=3&transport=websocket&EIO=4&transport=polling")]
    [TestCase("t=abc123&EIO=4&transport=polling&__proto__=1&constructor=2")]
    public async Task A_query_without_an_id_is_a_handshake_and_the_last_of_equal_names_counts(string query)
    {
        await using var server = await EngineTestServer.StartAsync();
        await using var client = server.CreateClient();

        var response = await client.SendAsync(HttpMethod.Get, "/engine.io/?" + query);

        Assert.That(response.Status, Is.EqualTo(200));
        Assert.That(response.Body, Does.StartWith("0{\"sid\""));
    }

    [Test]
    public async Task The_cookie_comes_with_the_polling_handshake_only()
    {
        await using var server = await EngineTestServer.StartAsync(RecordingHandler.Echo(), static options => options.Cookie = EngineIOCookie.CreateDefault());
        await using var client = server.CreateClient();

        var first = await client.SendAsync(HttpMethod.Get, client.Target("polling"));
        var sid = first.Body.Split('"')[3];
        client.Sid = sid;
        var post = await client.SendPostAsync("4a");
        var get = await client.SendGetAsync();
        await using var webSocket = await server.CreateClient().ConnectAsync();

        Assert.That(first.Header("Set-Cookie"), Is.EqualTo($"io={sid}; Path=/; HttpOnly; SameSite=Lax"));
        Assert.That(post.Header("Set-Cookie"), Is.Null);
        Assert.That(get.Header("Set-Cookie"), Is.Null);
        Assert.That(webSocket.Response.Header("Set-Cookie"), Is.Null);
    }

    [Test]
    public async Task An_id_of_the_application_is_used()
    {
        await using var server = await EngineTestServer.StartAsync(options: static options => options.GenerateId = static context => Task.FromResult("user-" + context.Request.Query["user"]));
        await using var client = server.CreateClient(new RawClientOptions { Query = "user=7" });

        await client.HandshakeAsync();

        Assert.That(client.Sid, Is.EqualTo("user-7"));
    }

    [Test]
    public async Task An_id_that_cannot_be_made_refuses_the_handshake([Values] bool throws)
    {
        await using var server = await EngineTestServer.StartAsync(options: options => options.GenerateId =
            _ => throws ? throw new InvalidOperationException("no ids today") : Task.FromResult("the same"));
        server.AllowErrors = true;
        var errors = new Inbox<EngineIOConnectionError>();
        server.Engine.OnConnectionError(errors.Add);
        await using var client = server.CreateClient();
        if (!throws)
        {
            await client.HandshakeAsync();
            client.Sid = string.Empty;
        }

        var response = await client.SendGetAsync();

        Assert.That(response.ToString(), Is.EqualTo("""400 {"code":3,"message":"Bad request"}"""));
        Assert.That((await errors.NextAsync()).Context["name"], Is.EqualTo("ID_GENERATION_ERROR"));
        Assert.That(server.Engine.ClientsCount, Is.EqualTo(throws ? 0 : 1));
        Assert.That(server.Log.Of("IdGenerationFailed"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Handshakes_above_the_bound_get_503()
    {
        var gate = new TaskCompletionSource<HandshakeDecision>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = new Inbox<bool>();
        await using var server = await EngineTestServer.StartAsync(options: options =>
        {
            options.MaxConcurrentHandshakes = 2;
            options.AllowRequest = _ =>
            {
                waiting.Add(true);
                return gate.Task;
            };
        });
        await using var client = server.CreateClient();
        var first = client.SendGetAsync();
        var second = client.SendGetAsync();
        await waiting.NextAsync();
        await waiting.NextAsync();

        var third = await client.SendGetAsync();
        var refused = await RawWebSocket.ExpectRefusalAsync(server.Address, client.Target("websocket"));
        gate.SetResult(HandshakeDecision.Allow);

        Assert.That(third.ToString(), Is.EqualTo("503 "));
        Assert.That(refused.Status, Is.EqualTo(503));
        Assert.That((await first.Soon()).Status, Is.EqualTo(200));
        Assert.That((await second.Soon()).Status, Is.EqualTo(200));
        Assert.That((await client.SendGetAsync()).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task What_the_handler_sends_while_the_session_opens_comes_after_the_open_packet([Values] Wire wire)
    {
        var handler = new RecordingHandler
        {
            WhenOpened = static session =>
            {
                session.TrySendText("early");
                return Task.CompletedTask;
            },
        };
        await using var server = await EngineTestServer.StartAsync(handler, options => options.WebSocketEngine = WireClient.EngineOf(wire));
        await using var client = await WireClient.OpenAsync(server, wire);

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4early"));
    }

    [Test]
    public async Task Messages_wait_until_the_session_has_opened([Values(Wire.Polling, Wire.WebSocket, Wire.SystemWebSocket)] Wire wire)
    {
        var opening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler { WhenOpened = _ => opening.Task };
        await using var server = await EngineTestServer.StartAsync(handler, options => options.WebSocketEngine = WireClient.EngineOf(wire));
        await using var client = await WireClient.OpenAsync(server, wire);
        await handler.Opened.NextAsync();
        var session = (EngineIOSession)server.Engine.FindSession(client.Http.Sid)!;

        var sending = client.SendTogetherAsync("4a", "4b");
        await Eventually.True(() => session.IsReceivePaused);

        Assert.That(handler.Messages.Count, Is.Zero);
        opening.SetResult();
        await sending.Soon();
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("a"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("b"));
    }

    [Test]
    public async Task The_session_knows_its_first_request()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient(new RawClientOptions { Query = "room=a%20b&room=c", Headers = [new("X-Test", "yes")] });

        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();

        Assert.That(session.Id, Is.EqualTo(client.Sid));
        Assert.That(session.Protocol, Is.EqualTo(4));
        Assert.That(session.Handshake.Query["room"], Is.EqualTo("c"));
        Assert.That(session.Handshake.GetHeader("x-test").ToString(), Is.EqualTo("yes"));
        Assert.That(session.Handshake.Url, Is.EqualTo("/engine.io/?EIO=4&transport=polling&room=a%20b&room=c"));
        Assert.That(session.Handshake.RemoteAddress, Is.EqualTo(System.Net.IPAddress.Loopback));
        Assert.That(session.Handshake.IsSecure, Is.False);
    }
}
