namespace SocketIoSharp.EngineIO.Tests;

public sealed class RequestErrorsTests
{
    [TestCase("GET", "EIO=4", 0, "Transport unknown")]
    [TestCase("GET", "EIO=4&transport=carrier-pigeon", 0, "Transport unknown")]
    [TestCase("GET", "EIO=4&transport=Polling", 0, "Transport unknown")]
    [TestCase("GET", "EIO=4&transport=webtransport", 0, "Transport unknown")]
    [TestCase("GET", "EIO=4&transport=__proto__", 0, "Transport unknown")]
    [TestCase("GET", "EIO=4&transport=constructor", 0, "Transport unknown")]
    [TestCase("GET", "EIO=4&transport=polling&transport=x", 0, "Transport unknown")]
    [TestCase("GET", "EIO=4&transport=polling&sid=abc", 1, "Session ID unknown")]
    [TestCase("POST", "EIO=4&transport=polling&sid=abc", 1, "Session ID unknown")]
    [TestCase("DELETE", "EIO=4&transport=polling&sid=abc", 1, "Session ID unknown")]
    [TestCase("GET", "EIO=4&transport=polling&sid=__proto__", 1, "Session ID unknown")]
    [TestCase("GET", "EIO=4&transport=polling&sid=hasOwnProperty", 1, "Session ID unknown")]
    [TestCase("GET", "EIO=4&transport=polling&sid=%00%F0%9F%98%80", 1, "Session ID unknown")]
    [TestCase("POST", "EIO=4&transport=polling", 2, "Bad handshake method")]
    [TestCase("PUT", "EIO=4&transport=polling", 2, "Bad handshake method")]
    [TestCase("OPTIONS", "EIO=4&transport=polling", 2, "Bad handshake method")]
    [TestCase("GET", "EIO=4&transport=websocket", 3, "Bad request")]
    [TestCase("GET", "EIO=3&transport=polling", 5, "Unsupported protocol version")]
    [TestCase("GET", "EIO=5&transport=polling", 5, "Unsupported protocol version")]
    [TestCase("GET", "EIO=04&transport=polling", 5, "Unsupported protocol version")]
    [TestCase("GET", "transport=polling", 5, "Unsupported protocol version")]
    public async Task A_wrong_request_gets_its_number(string method, string query, int code, string message)
    {
        await using var server = await EngineTestServer.StartAsync();
        var errors = new Inbox<EngineIOConnectionError>();
        server.Engine.OnConnectionError(errors.Add);
        await using var client = server.CreateClient();

        var response = await client.SendAsync(new HttpMethod(method), "/engine.io/?" + query);

        Assert.That(response.Body, Is.EqualTo($$"""{"code":{{code}},"message":"{{message}}"}"""));
        Assert.That(response.Status, Is.EqualTo(400));
        Assert.That(response.Header("Content-Type"), Is.EqualTo("application/json"));
        var error = await errors.NextAsync();
        Assert.That((error.Code, error.Message), Is.EqualTo((code, message)));
        Assert.That(server.Log.Of("Refused"), Has.Count.EqualTo(1));
        Assert.That(server.Engine.ClientsCount, Is.Zero);
    }

    [Test]
    public async Task The_answer_to_HEAD_has_no_body()
    {
        await using var server = await EngineTestServer.StartAsync();
        await using var client = server.CreateClient();

        var response = await client.SendAsync(HttpMethod.Head, "/engine.io/?EIO=4&transport=polling");

        Assert.That(response.Status, Is.EqualTo(400));
        Assert.That(response.Bytes, Is.Empty);
    }

    [TestCase("EIO=4&transport=nope", "Transport unknown")]
    [TestCase("EIO=4", "Transport unknown")]
    [TestCase("EIO=4&transport=__proto__", "Transport unknown")]
    [TestCase("EIO=4&transport=websocket&sid=abc", "Session ID unknown")]
    public async Task A_refused_upgrade_gets_the_bare_message_and_the_end_of_the_connection(string query, string message)
    {
        await using var server = await EngineTestServer.StartAsync();
        var connection = await RawHttpConnection.ConnectAsync(server.Address);
        await using (connection)
        {
            await connection.WriteHeadAsync($"GET /engine.io/?{query} HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==");

            var response = await connection.ReadResponseAsync();

            Assert.That(response.ToString(), Is.EqualTo("400 " + message));
            Assert.That(response.Header("Connection"), Is.EqualTo("close"));
            Assert.That(response.Header("Content-Type"), Is.EqualTo("text/html"));
            Assert.That(await connection.ReadToEndAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task A_refusal_of_the_application_is_403_over_polling_and_400_over_websocket([Values(null, "", "not you")] string? text)
    {
        await using var server = await EngineTestServer.StartAsync(options: options => options.AllowRequest = _ => Task.FromResult(HandshakeDecision.Refuse(text)));
        var errors = new Inbox<EngineIOConnectionError>();
        server.Engine.OnConnectionError(errors.Add);
        await using var client = server.CreateClient();
        var told = string.IsNullOrEmpty(text) ? "Forbidden" : text;

        Assert.That((await client.SendGetAsync()).ToString(), Is.EqualTo($$"""403 {"code":4,"message":"{{told}}"}"""));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(server.Address, client.Target("websocket"))).ToString(), Is.EqualTo("400 " + told));
        var error = await errors.NextAsync();
        Assert.That((error.Code, error.Message, error.Context["message"]), Is.EqualTo((4, "Forbidden", (object?)text)));
    }

    [Test]
    public async Task AllowRequest_is_asked_for_handshakes_only()
    {
        var asked = 0;
        await using var server = await EngineTestServer.StartAsync(RecordingHandler.Echo(), options => options.AllowRequest = _ =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult(HandshakeDecision.Allow);
        });
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        await client.PostAsync("4a");
        await client.GetAsync();
        await using var webSocket = await client.UpgradeAsync();
        await webSocket.SendAsync("4b");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4b"));
        Assert.That(asked, Is.EqualTo(1));
    }

    [Test]
    public async Task A_poll_of_a_session_on_websocket_is_a_transport_mismatch()
    {
        await using var server = await EngineTestServer.StartAsync();
        var errors = new Inbox<EngineIOConnectionError>();
        server.Engine.OnConnectionError(errors.Add);
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();

        var get = await client.SendGetAsync();
        var post = await client.SendPostAsync("4a");

        Assert.That(get.ToString(), Is.EqualTo("""400 {"code":3,"message":"Bad request"}"""));
        Assert.That(post.ToString(), Is.EqualTo("""400 {"code":3,"message":"Bad request"}"""));
        var context = (await errors.NextAsync()).Context;
        Assert.That(context["name"], Is.EqualTo("TRANSPORT_MISMATCH"));
        Assert.That(context["transport"], Is.EqualTo("polling"));
        Assert.That(context["previousTransport"], Is.EqualTo("websocket"));
    }

    [TestCase("EIO=3&transport=polling")]
    [TestCase("transport=polling")]
    public async Task A_session_keeps_its_protocol(string query)
    {
        await using var server = await EngineTestServer.StartAsync(options: static options => options.AllowEIO3 = true);
        var errors = new Inbox<EngineIOConnectionError>();
        server.Engine.OnConnectionError(errors.Add);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        var response = await client.SendAsync(HttpMethod.Get, $"/engine.io/?{query}&sid={client.Sid}");

        Assert.That(response.ToString(), Is.EqualTo("""400 {"code":3,"message":"Bad request"}"""));
        var context = (await errors.NextAsync()).Context;
        Assert.That(context["name"], Is.EqualTo("PROTOCOL_MISMATCH"));
        Assert.That(context["protocol"], Is.EqualTo(3));
        Assert.That(context["previousProtocol"], Is.EqualTo(4));
    }

    [Test]
    public async Task Protocol_3_over_websocket_is_refused_where_it_is_not_allowed([Values] WebSocketEngine engine)
    {
        await using var server = await EngineTestServer.StartAsync(options: options => options.WebSocketEngine = engine);

        var response = await RawWebSocket.ExpectRefusalAsync(server.Address, "/engine.io/?EIO=3&transport=websocket");

        Assert.That(response.ToString(), Is.EqualTo("400 Unsupported protocol version"));
        Assert.That(server.Engine.ClientsCount, Is.Zero);
    }

    [Test]
    public async Task A_websocket_request_for_polling_is_accepted_and_closed([Values] bool hasSession, [Values] WebSocketEngine engine)
    {
        await using var server = await EngineTestServer.StartAsync(RecordingHandler.Echo(), options => options.WebSocketEngine = engine);
        await using var client = server.CreateClient();
        if (hasSession)
        {
            await client.HandshakeAsync();
        }

        await using var webSocket = await RawWebSocket.ConnectAsync(server.Address, client.Target("polling"));
        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));

        Assert.That(server.Engine.ClientsCount, Is.EqualTo(hasSession ? 1 : 0));
    }

    [Test]
    public async Task An_upgrade_where_only_polling_is_served_is_a_plain_request()
    {
        await using var server = await EngineTestServer.StartAsync(options: static options => options.Transports = [EngineIOTransportType.Polling]);

        var response = await RawWebSocket.ExpectRefusalAsync(server.Address, "/engine.io/?EIO=4&transport=websocket");

        Assert.That(response.ToString(), Is.EqualTo("""400 {"code":0,"message":"Transport unknown"}"""));
        Assert.That(response.Header("Content-Type"), Is.EqualTo("application/json"));
    }

    [Test]
    public async Task Polling_is_unknown_where_only_websocket_is_served()
    {
        await using var server = await EngineTestServer.StartAsync(options: static options => options.Transports = [EngineIOTransportType.WebSocket]);
        await using var client = server.CreateClient();

        Assert.That((await client.SendGetAsync()).ToString(), Is.EqualTo("""400 {"code":0,"message":"Transport unknown"}"""));
        await using var webSocket = await client.ConnectAsync();
    }

    [Test]
    public async Task A_middleware_that_fails_refuses_the_request()
    {
        await using var server = await EngineTestServer.StartAsync();
        var errors = new Inbox<EngineIOConnectionError>();
        server.Engine.OnConnectionError(errors.Add);
        server.Engine.Use(static (context, next) => context.Request.Query.ContainsKey("bad") ? throw new InvalidOperationException("no") : next(context));
        await using var good = server.CreateClient();
        await using var bad = server.CreateClient(new RawClientOptions { Query = "bad=1" });

        Assert.That((await bad.SendGetAsync()).ToString(), Is.EqualTo("""400 {"code":3,"message":"Bad request"}"""));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(server.Address, bad.Target("websocket"))).ToString(), Is.EqualTo("400 Bad request"));
        Assert.That((await errors.NextAsync()).Context["name"], Is.EqualTo("MIDDLEWARE_FAILURE"));
        await good.HandshakeAsync();
    }

    [Test]
    public async Task Middlewares_run_in_order_for_each_request_and_their_headers_appear_on_every_answer()
    {
        await using var server = await EngineTestServer.StartAsync(RecordingHandler.Echo());
        server.Engine.Use(static (context, next) =>
        {
            context.Response.Headers["X-Order"] = "1";
            return next(context);
        });
        server.Engine.Use(static (context, next) =>
        {
            context.Response.Headers["X-Order"] += "2";
            return next(context);
        });
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        Assert.That((await client.SendPostAsync("4a")).Header("X-Order"), Is.EqualTo("12"));
        Assert.That((await client.SendGetAsync()).Header("X-Order"), Is.EqualTo("12"));
        Assert.That((await client.SendAsync(HttpMethod.Get, "/engine.io/?EIO=4&transport=nope")).Header("X-Order"), Is.EqualTo("12"));
        await using var webSocket = await client.OpenProbeAsync();
        Assert.That(webSocket.Response.Header("X-Order"), Is.EqualTo("12"));
    }

    [Test]
    public async Task Header_listeners_run_for_good_answers_and_the_initial_one_first()
    {
        await using var server = await EngineTestServer.StartAsync(RecordingHandler.Echo());
        server.Engine.OnInitialHeaders(static (headers, _) => headers["X-Test"] = "initial");
        server.Engine.OnHeaders(static (headers, _) => headers["X-Test"] += "all");
        await using var client = server.CreateClient();

        var handshake = await client.SendGetAsync();
        client.Sid = handshake.Body.Split('"')[3];

        Assert.That(handshake.Header("X-Test"), Is.EqualTo("initialall"));
        Assert.That((await client.SendPostAsync("4a")).Header("X-Test"), Is.EqualTo("all"));
        Assert.That((await client.SendGetAsync()).Header("X-Test"), Is.EqualTo("all"));
        Assert.That((await client.SendAsync(HttpMethod.Get, "/engine.io/?EIO=4&transport=nope")).Header("X-Test"), Is.Null);
        await using var probe = await client.OpenProbeAsync();
        Assert.That(probe.Response.Header("X-Test"), Is.EqualTo("all"));
        await using var webSocket = await server.CreateClient().ConnectAsync();
        Assert.That(webSocket.Response.Header("X-Test"), Is.EqualTo("initialall"));
    }

    [Test]
    public async Task A_foreign_origin_is_refused_on_every_transport_where_the_option_names_others()
    {
        await using var server = await EngineTestServer.StartAsync(options: static options => options.AllowedOrigins = ["https://good.example"]);
        await using var foreign = server.CreateClient(new RawClientOptions { Headers = [new("Origin", "https://evil.example")] });
        await using var own = server.CreateClient(new RawClientOptions { Headers = [new("Origin", "https://good.example")] });

        Assert.That((await foreign.SendGetAsync()).ToString(), Is.EqualTo("""403 {"code":4,"message":"Forbidden"}"""));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(server.Address, foreign.Target("websocket"), "Origin: https://evil.example")).ToString(), Is.EqualTo("403 Forbidden"));
        await own.HandshakeAsync();
        await using var webSocket = await RawWebSocket.ConnectAsync(server.Address, "/engine.io/?EIO=4&transport=websocket", "Origin: https://good.example");
    }
}
