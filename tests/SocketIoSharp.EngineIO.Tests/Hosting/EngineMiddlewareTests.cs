using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>The engine's own middlewares and its header events, on every kind of answer.</summary>
public sealed class EngineMiddlewareTests
{
    private const string Polling = "GET /engine.io/?EIO=4&transport=polling";
    private const string WebSocket = "/engine.io/?EIO=4&transport=websocket";

    [Test]
    public async Task Middlewares_run_in_the_order_in_which_they_were_added()
    {
        await using var engine = await HostedEngine.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            engine.Server.Use(async (context, next) =>
            {
                context.Response.Headers.Append("X-Order", name);
                await next(context);
            });
        }

        Assert.That((await engine.RequestAsync(Polling)).Header("X-Order"), Is.EqualTo("c"), "the last of three header lines");
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, WebSocket);
        using var http = engine.CreateHttpClient();
        using var answer = await http.GetAsync("/engine.io/?EIO=4&transport=polling");
        Assert.That(answer.Headers.GetValues("X-Order"), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public async Task Headers_of_a_middleware_are_on_every_answer()
    {
        await using var engine = await HostedEngine.StartAsync();
        engine.Server.Use(static (context, next) =>
        {
            context.Response.Headers["X-Engine"] = "yes";
            return next(context);
        });
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();

        Assert.That((await engine.RequestAsync(Polling)).Header("X-Engine"), Is.EqualTo("yes"));
        Assert.That((await engine.RequestAsync("GET /engine.io/")).Header("X-Engine"), Is.EqualTo("yes"));
        Assert.That((await client.SendPostAsync("4hello")).Header("X-Engine"), Is.EqualTo("yes"));
        Assert.That((await client.SendGetAsync()).Header("X-Engine"), Is.EqualTo("yes"));
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, WebSocket);
        Assert.That(webSocket.Response.Header("X-Engine"), Is.EqualTo("yes"));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, WebSocket + "&sid=unknown")).Header("X-Engine"), Is.EqualTo("yes"));
    }

    [Test]
    public async Task A_middleware_may_answer_by_itself()
    {
        await using var engine = await HostedEngine.StartAsync();
        var laterOnes = 0;
        engine.Server.Use(static (context, next) =>
        {
            context.Response.StatusCode = StatusCodes.Status418ImATeapot;
            context.Response.ContentLength = 3;
            return context.Response.WriteAsync("tea");
        });
        engine.Server.Use((context, next) =>
        {
            laterOnes++;
            return next(context);
        });

        var answer = await engine.RequestAsync(Polling);

        Assert.That((answer.Status, answer.Body), Is.EqualTo((418, "tea")));
        Assert.That((await RawWebSocket.ExpectRefusalAsync(engine.Address, WebSocket)).Status, Is.EqualTo(418));
        Assert.That(laterOnes, Is.Zero);
        Assert.That(engine.Server.ClientsCount, Is.Zero);
    }

    [Test]
    public async Task A_middleware_that_fails_refuses_the_request()
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup { MayLogProblems = true });
        var errors = new Inbox<EngineIOConnectionError>();
        engine.Server.OnConnectionError(errors.Add);
        engine.Server.Use(static (_, _) => throw new InvalidOperationException("secret"));

        var answer = await engine.RequestAsync(Polling);
        var refusal = await RawWebSocket.ExpectRefusalAsync(engine.Address, WebSocket);

        Assert.That((answer.Status, answer.Body), Is.EqualTo((400, "{\"code\":3,\"message\":\"Bad request\"}")));
        Assert.That((refusal.Status, refusal.Body), Is.EqualTo((400, "Bad request")));
        Assert.That((await errors.NextAsync()).Context["name"], Is.EqualTo("MIDDLEWARE_FAILURE"));
        Assert.That(engine.Log.Of("MiddlewareFailed"), Has.Count.EqualTo(2).And.All.Property(nameof(LogLine.Level)).EqualTo(LogLevel.Warning));
        Assert.That(engine.Log.Errors, Is.Empty);
    }

    [Test]
    public async Task A_middleware_runs_for_each_request_of_a_session()
    {
        await using var engine = await HostedEngine.StartAsync();
        var methods = new Inbox<string>();
        engine.Server.Use((context, next) =>
        {
            methods.Add(context.Request.Method + " " + context.Request.Query["transport"]);
            return next(context);
        });
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        await client.PostAsync("4hello");
        await client.GetAsync();
        await client.ProbeAsync();

        foreach (var expected in new[] { "GET polling", "POST polling", "GET polling", "GET websocket" })
        {
            Assert.That(await methods.NextAsync(), Is.EqualTo(expected));
        }

        Assert.That(methods.Count, Is.Zero);
    }

    [Test]
    public async Task Header_events_fire_on_successful_answers_alone()
    {
        await using var engine = await HostedEngine.StartAsync();
        var count = 0;
        using var initial = engine.Server.OnInitialHeaders((headers, _) => headers["X-Initial"] = (++count).ToString(CultureInfo.InvariantCulture));
        using var every = engine.Server.OnHeaders((headers, context) => headers["X-Every"] = $"{headers["X-Initial"]}/{++count} {context.Request.Method}");
        await using var client = engine.CreateClient();

        var handshake = await client.SendAsync(HttpMethod.Get, client.Target("polling"));
        client.Sid = OpenPacket.ReadSid(handshake.Body);
        var post = await client.SendPostAsync("4hello");
        var poll = await client.SendGetAsync();
        await using var probe = await client.OpenProbeAsync();
        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, WebSocket);
        var error = await engine.RequestAsync("GET /engine.io/");

        Assert.That((handshake.Header("X-Initial"), handshake.Header("X-Every")), Is.EqualTo(("1", "1/2 GET")), "the initial one comes first");
        Assert.That((post.Header("X-Initial"), post.Header("X-Every")), Is.EqualTo(((string?)null, "/3 POST")));
        Assert.That((poll.Header("X-Initial"), poll.Header("X-Every")), Is.EqualTo(((string?)null, "/4 GET")));
        Assert.That((probe.Response.Header("X-Initial"), probe.Response.Header("X-Every")), Is.EqualTo(((string?)null, "/5 GET")));
        Assert.That((webSocket.Response.Header("X-Initial"), webSocket.Response.Header("X-Every")), Is.EqualTo(("6", "6/7 GET")));
        Assert.That((error.Header("X-Initial"), error.Header("X-Every")), Is.EqualTo(((string?)null, (string?)null)));
    }

    [Test]
    public async Task A_disposed_registration_hears_nothing_more()
    {
        await using var engine = await HostedEngine.StartAsync();
        var registration = engine.Server.OnHeaders(static (headers, _) => headers["X-Every"] = "yes");
        Assert.That((await engine.RequestAsync(Polling)).Header("X-Every"), Is.EqualTo("yes"));

        registration.Dispose();
        registration.Dispose();

        Assert.That((await engine.RequestAsync(Polling)).Header("X-Every"), Is.Null);
    }

    [Test]
    public async Task The_applications_websocket_middleware_makes_no_difference([Values] bool isUsed, [Values] WebSocketEngine webSocketEngine)
    {
        await using var engine = await HostedEngine.StartAsync(new EngineSetup
        {
            Options = options => options.WebSocketEngine = webSocketEngine,
            Before = app =>
            {
                if (isUsed)
                {
                    app.UseWebSockets();
                }
            },
        });
        await using var client = engine.CreateClient();
        var webSocket = await client.ConnectAsync();
        await webSocket.SendAsync("4hello");
        await webSocket.SendAsync([1, 2, 3]);

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4hello"));
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("bAQID"));
        Assert.That(await webSocket.CloseAsync(4001), Is.EqualTo(4001));
        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose));
    }
}
