using Microsoft.AspNetCore.Http;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>What the application and the client are told of each refused request.</summary>
public sealed class ConnectionErrorTests
{
    private const string Polling = "GET /engine.io/?EIO=4&transport=polling";

    private static IEnumerable<TestCaseData> Refusals()
    {
        yield return Case("GET /engine.io/", 400, 0, "Transport unknown", "");
        yield return Case("GET /engine.io/?EIO=4&transport=Polling", 400, 0, "Transport unknown", "transport=Polling");
        yield return Case("GET /engine.io/?EIO=4&transport=webtransport", 400, 0, "Transport unknown", "transport=webtransport");
        yield return Case("GET /engine.io/?EIO=4&transport=polling&sid=unknown", 400, 1, "Session ID unknown", "sid=unknown");
        yield return Case("POST /engine.io/?EIO=4&transport=polling", 400, 2, "Bad handshake method", "method=POST");
        yield return Case("DELETE /engine.io/?EIO=4&transport=polling", 400, 2, "Bad handshake method", "method=DELETE");
        yield return Case("GET /engine.io/?EIO=4&transport=websocket", 400, 3, "Bad request", "name=TRANSPORT_HANDSHAKE_ERROR");
        yield return Case("GET /engine.io/?EIO=4&transport=websocket&sid=SID", 400, 3, "Bad request", "name=TRANSPORT_MISMATCH transport=websocket previousTransport=polling");
        yield return Case("GET /engine.io/?EIO=3&transport=polling&sid=SID", 400, 3, "Bad request", "name=PROTOCOL_MISMATCH protocol=3 previousProtocol=4");
        yield return Case("GET /engine.io/?EIO=3&transport=polling", 400, 5, "Unsupported protocol version", "protocol=3");
        yield return Case("GET /engine.io/?EIO=5&transport=polling", 400, 5, "Unsupported protocol version", "protocol=3");
        yield return Case("GET /engine.io/?EIO=4&transport=polling&refuse=", 403, 4, "Forbidden", "message=");
        yield return Case("GET /engine.io/?EIO=4&transport=polling&refuse=not%20today", 403, 4, "not today", "message=not today");

        static TestCaseData Case(string request, int status, int code, string message, string context)
            => new TestCaseData(request, status, code, message, context).SetArgDisplayNames(request);
    }

    [TestCaseSource(nameof(Refusals))]
    public async Task A_refused_request(string request, int status, int code, string message, string context)
    {
        await using var engine = await StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var errors = new Inbox<EngineIOConnectionError>();
        using var registration = engine.Server.OnConnectionError(errors.Add);

        var answer = await engine.RequestAsync(request.Replace("SID", client.Sid, StringComparison.Ordinal));

        var error = await errors.NextAsync();
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/json"));
        Assert.That(answer.Body, Is.EqualTo($"{{\"code\":{code},\"message\":\"{message}\"}}"));
        Assert.That(error.Code, Is.EqualTo(code));
        Assert.That(error.Message, Is.EqualTo(code == 4 ? "Forbidden" : message), "the general text");
        Assert.That(string.Join(' ', error.Context.Select(static pair => $"{pair.Key}={pair.Value}")), Is.EqualTo(context));
        Assert.That(errors.Count, Is.Zero);
    }

    // As in Node, a refused upgrade is answered with 400 whatever the code, and with the bare message.
    [TestCase("/engine.io/?EIO=4&transport=nothing", 0, "Transport unknown")]
    [TestCase("/engine.io/?EIO=4&transport=websocket&sid=unknown", 1, "Session ID unknown")]
    [TestCase("/engine.io/?EIO=3&transport=websocket&sid=SID", 3, "Bad request")]
    [TestCase("/engine.io/?EIO=4&transport=websocket&refuse=", 4, "Forbidden")]
    [TestCase("/engine.io/?EIO=4&transport=websocket&refuse=no", 4, "no")]
    public async Task A_refused_upgrade(string target, int code, string body)
    {
        await using var engine = await StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var errors = new Inbox<EngineIOConnectionError>();
        using var registration = engine.Server.OnConnectionError(errors.Add);

        var answer = await RawWebSocket.ExpectRefusalAsync(engine.Address, target.Replace("SID", client.Sid, StringComparison.Ordinal));

        Assert.That((answer.Status, answer.Body, answer.Header("Content-Type"), answer.Header("Connection")), Is.EqualTo((400, body, "text/html", "close")));
        Assert.That((await errors.NextAsync()).Code, Is.EqualTo(code));
    }

    [Test]
    public async Task An_unsupported_protocol_on_websocket_is_reported_and_refused([Values] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(options => options.WebSocketEngine = webSocketEngine);
        var errors = new Inbox<EngineIOConnectionError>();
        engine.Server.OnConnectionError(errors.Add);

        var answer = await RawWebSocket.ExpectRefusalAsync(engine.Address, "/engine.io/?EIO=3&transport=websocket");

        Assert.That(answer.ToString(), Is.EqualTo("400 Unsupported protocol version"));
        Assert.That((await errors.NextAsync()).Code, Is.EqualTo(5));
        Assert.That(engine.Server.ClientsCount, Is.Zero);
    }

    [Test]
    public async Task The_request_of_a_refusal_is_at_hand()
    {
        await using var engine = await HostedEngine.StartAsync();
        string? userAgent = null;
        engine.Server.OnConnectionError(error => userAgent = error.HttpContext.Request.Headers.UserAgent);

        await engine.RequestAsync("GET /engine.io/", "User-Agent: someone");

        Assert.That(userAgent, Is.EqualTo("someone"));
    }

    [Test]
    public async Task Ids_may_be_made_by_the_application([Values] bool isWebSocket)
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.GenerateId = static async context =>
        {
            await Task.Yield();
            return "id of " + context.Request.Query["name"];
        });

        if (isWebSocket)
        {
            await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, "/engine.io/?EIO=4&transport=websocket&name=anna");
            Assert.That(OpenPacket.ReadSid(await webSocket.ReceiveAsync()), Is.EqualTo("id of anna"));
        }
        else
        {
            Assert.That(OpenPacket.ReadSid((await engine.RequestAsync(Polling + "&name=anna")).Body), Is.EqualTo("id of anna"));
        }
    }

    private static IEnumerable<Func<HttpContext, Task<string>>> BadIds()
    {
        yield return static _ => throw new InvalidOperationException("no id");
        yield return static _ => Task.FromException<string>(new InvalidOperationException("no id"));
        yield return static _ => Task.FromResult("");
        yield return static _ => Task.FromResult("always the same");
    }

    [TestCaseSource(nameof(BadIds))]
    public async Task An_id_that_cannot_be_made_refuses_the_handshake(Func<HttpContext, Task<string>> generateId)
    {
        var calls = 0;
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            MayLogProblems = true,
            Options = options => options.GenerateId = context => calls++ == 0 ? Task.FromResult("always the same") : generateId(context),
        });
        var errors = new Inbox<EngineIOConnectionError>();
        engine.Server.OnConnectionError(errors.Add);
        Assert.That((await engine.RequestAsync(Polling)).Status, Is.EqualTo(200));

        var answer = await engine.RequestAsync(Polling);
        var answerToUpgrade = await RawWebSocket.ExpectRefusalAsync(engine.Address, "/engine.io/?EIO=4&transport=websocket");

        Assert.That((answer.Status, answer.Body), Is.EqualTo((400, "{\"code\":3,\"message\":\"Bad request\"}")));
        Assert.That(answerToUpgrade.ToString(), Is.EqualTo("400 Bad request"));
        var error = await errors.NextAsync();
        Assert.That((error.Code, error.Context["name"]), Is.EqualTo((3, "ID_GENERATION_ERROR")));
        Assert.That(error.Context["error"], Is.InstanceOf<InvalidOperationException>());
        Assert.That(engine.Server.ClientsCount, Is.EqualTo(1));
        Assert.That(engine.Log.Of("IdGenerationFailed"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Handshakes_under_way_are_bounded([Values] bool isWebSocket)
    {
        var decisions = new Inbox<TaskCompletionSource<HandshakeDecision>>();
        await using var engine = await HostedEngine.StartAsync(options =>
        {
            options.MaxConcurrentHandshakes = 2;
            options.AllowRequest = _ =>
            {
                var decision = new TaskCompletionSource<HandshakeDecision>(TaskCreationOptions.RunContinuationsAsynchronously);
                decisions.Add(decision);
                return decision.Task;
            };
        });
        var first = engine.RequestAsync(Polling);
        var second = engine.RequestAsync(Polling);
        var firstDecision = await decisions.NextAsync();
        var secondDecision = await decisions.NextAsync();

        var excess = isWebSocket
            ? await RawWebSocket.ExpectRefusalAsync(engine.Address, "/engine.io/?EIO=4&transport=websocket")
            : await engine.RequestAsync(Polling);
        firstDecision.SetResult(HandshakeDecision.Allow);
        secondDecision.SetResult(HandshakeDecision.Refuse());

        Assert.That(excess.Status, Is.EqualTo(503));
        Assert.That(((await first).Status, (await second).Status), Is.EqualTo((200, 403)).Or.EqualTo((403, 200)));

        // A session that is open counts no more, neither does a refused one.
        for (var i = 0; i < 3; i++)
        {
            var next = engine.RequestAsync(Polling);
            (await decisions.NextAsync()).SetResult(HandshakeDecision.Allow);
            Assert.That((await next).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task A_request_within_a_session_is_no_handshake()
    {
        var calls = 0;
        await using var engine = await HostedEngine.StartAsync(options =>
        {
            options.MaxConcurrentHandshakes = 1;
            options.AllowRequest = _ => Task.FromResult(++calls == 1 ? HandshakeDecision.Allow : HandshakeDecision.Refuse());
        });
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        await client.PostAsync("4hello");
        await client.GetAsync();
        await client.ProbeAsync();

        Assert.That(calls, Is.EqualTo(1));
    }

    [Test]
    public async Task A_listener_that_throws_changes_no_answer([Values] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup { MayLogProblems = true, Options = options => options.WebSocketEngine = webSocketEngine });
        var errors = new Inbox<EngineIOConnectionError>();
        engine.Server.OnConnectionError(static _ => throw new InvalidOperationException("error"));
        engine.Server.OnConnectionError(errors.Add);
        engine.Server.OnInitialHeaders(static (_, _) => throw new InvalidOperationException("initial"));
        engine.Server.OnInitialHeaders(static (headers, _) => headers["X-Initial"] = "yes");
        engine.Server.OnHeaders(static (_, _) => throw new InvalidOperationException("headers"));
        engine.Server.OnHeaders(static (headers, _) => headers["X-All"] = "yes");
        await using var client = engine.CreateClient();

        var handshake = await engine.RequestAsync(Polling);
        client.Sid = OpenPacket.ReadSid(handshake.Body);
        var post = await client.SendPostAsync("4hello");
        var poll = await client.SendGetAsync();
        var refused = await engine.RequestAsync("GET /engine.io/?EIO=4&transport=nothing");
        var refusedUpgrade = await RawWebSocket.ExpectRefusalAsync(engine.Address, "/engine.io/?EIO=4&transport=nothing");
        await using var other = engine.CreateClient();
        var webSocket = await other.ConnectAsync();
        await webSocket.SendAsync("4hello");

        Assert.That((handshake.Status, handshake.Header("X-Initial"), handshake.Header("X-All")), Is.EqualTo((200, "yes", "yes")));
        Assert.That((post.ToString(), post.Header("X-All")), Is.EqualTo(("200 ok", "yes")));
        Assert.That((poll.ToString(), poll.Header("X-All")), Is.EqualTo(("200 4hello", "yes")));
        Assert.That(refused.ToString(), Is.EqualTo("""400 {"code":0,"message":"Transport unknown"}"""));
        Assert.That(refusedUpgrade.ToString(), Is.EqualTo("400 Transport unknown"));
        Assert.That((webSocket.Response.Header("X-Initial"), webSocket.Response.Header("X-All")), Is.EqualTo(("yes", "yes")));
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4hello"));
        Assert.That(((await errors.NextAsync()).Code, (await errors.NextAsync()).Code), Is.EqualTo((0, 0)));
        Assert.That(engine.Log.Of("ListenerFailed"), Has.Count.EqualTo(8), "two refusals, two handshakes, and each of the four answers");
    }

    [TestCase("GET /engine.io/?EIO=4&transport=nothing&sid=unknown", 0, null)]
    [TestCase("POST /engine.io/?EIO=3&transport=nothing", 0, null)]
    [TestCase("GET /engine.io/?EIO=3&transport=websocket&sid=unknown", 1, null)]
    [TestCase("POST /engine.io/?EIO=3&transport=polling", 2, null)]
    [TestCase("POST /engine.io/?EIO=4&transport=websocket", 2, null)]
    [TestCase("GET /engine.io/?EIO=3&transport=websocket", 3, "TRANSPORT_HANDSHAKE_ERROR")]
    [TestCase("GET /engine.io/?EIO=4&transport=websocket&refuse=", 3, "TRANSPORT_HANDSHAKE_ERROR")]
    [TestCase("GET /engine.io/?EIO=3&transport=websocket&sid=SID", 3, "TRANSPORT_MISMATCH")]
    [TestCase("DELETE /engine.io/?EIO=3&transport=polling&sid=SID", 3, "PROTOCOL_MISMATCH")]
    [TestCase("GET /engine.io/?EIO=3&transport=polling&refuse=", 4, null)]
    public async Task Of_several_mistakes_the_first_in_Nodes_order_is_told(string request, int code, string? name)
    {
        await using var engine = await StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var errors = new Inbox<EngineIOConnectionError>();
        engine.Server.OnConnectionError(errors.Add);

        var answer = await engine.RequestAsync(request.Replace("SID", client.Sid, StringComparison.Ordinal));

        var error = await errors.NextAsync();
        Assert.That((error.Code, error.Context.GetValueOrDefault("name")), Is.EqualTo((code, (object?)name)));
        Assert.That(answer.Body, Does.StartWith($"{{\"code\":{code},"));
        Assert.That(errors.Count, Is.Zero);
    }

    [TestCase(0x01)]
    [TestCase(0x1F)]
    [TestCase(0x7F)]
    public async Task An_origin_with_control_characters_is_refused(int character)
    {
        await using var engine = await HostedEngine.StartAsync();
        var errors = new Inbox<EngineIOConnectionError>();
        engine.Server.OnConnectionError(errors.Add);
        var origin = $"https://a{(char)character}.example";

        var poll = await engine.RequestAsync(Polling, "Origin: " + origin);
        var webSocket = await RawWebSocket.ExpectRefusalAsync(engine.Address, "/engine.io/?EIO=4&transport=websocket", "Origin: " + origin);

        Assert.That(poll.ToString(), Is.EqualTo("""400 {"code":3,"message":"Bad request"}"""));
        Assert.That(webSocket.ToString(), Is.EqualTo("400 Bad request"));
        for (var i = 0; i < 2; i++)
        {
            var error = await errors.NextAsync();
            Assert.That((error.Code, error.Context["name"], error.Context["origin"]), Is.EqualTo((3, (object)"INVALID_ORIGIN", (object)origin)));
        }

        Assert.That(engine.Server.ClientsCount, Is.Zero);
    }

    private static Task<HostedEngine> StartAsync() => HostedEngine.StartAsync(static options => options.AllowRequest = static context => Task.FromResult(
        context.Request.Query.TryGetValue("refuse", out var message) ? HandshakeDecision.Refuse(message) : HandshakeDecision.Allow));
}
