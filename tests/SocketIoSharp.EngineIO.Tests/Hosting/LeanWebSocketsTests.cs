using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>WebSockets that leave the HTTP layer behind: the request ends, the connection goes on.</summary>
public sealed class LeanWebSocketsTests
{
    private const string Target = "/engine.io/?EIO=4&transport=websocket";
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(15);

    [Test]
    public async Task The_request_ends_with_the_handshake_and_nothing_of_it_is_kept()
    {
        var requests = new RequestWatch();
        await using var engine = await StartAsync(before: requests.Watch);
        await using var client = await OpenAsync(engine);

        await requests.WhenEndedAsync();
        await Eventually.True(() =>
        {
            GC.Collect();
            return !requests.IsKept;
        });
        await client.SendAsync("4hello");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4hello"));
    }

    [Test]
    public async Task An_ordinary_connection_keeps_its_request()
    {
        var requests = new RequestWatch();
        await using var engine = await StartAsync(before: requests.Watch, isLean: false);
        await using var client = await OpenAsync(engine);

        await client.SendAsync("4hello");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4hello"));
        Assert.That(requests.HasEnded, Is.False);
    }

    [Test]
    public async Task What_is_sent_while_the_request_ends_arrives_whole_and_in_order()
    {
        const int Clients = 40;
        const int Messages = 200;
        await using var engine = await StartAsync();
        engine.Handler.WhenOpened = static session =>
        {
            // Beside the thread that ends the request.
            _ = Task.Run(() =>
            {
                for (var i = 0; i < Messages; i++)
                {
                    session.TrySendText(i.ToString(CultureInfo.InvariantCulture));
                }
            });
            return Task.CompletedTask;
        };

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            await using var client = await OpenAsync(engine);
            for (var i = 0; i < Messages; i++)
            {
                Assert.That(await client.ReceiveAsync(), Is.EqualTo("4" + i.ToString(CultureInfo.InvariantCulture)));
            }
        }));
    }

    [Test]
    public async Task An_upgrade_from_polling_loses_nothing()
    {
        await using var engine = await StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        await using var webSocket = await client.UpgradeAsync();

        await webSocket.SendAsync("4after");

        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4after"));
    }

    [Test]
    public async Task Requests_before_the_upgrade_share_its_connection()
    {
        await using var engine = await StartAsync(before: static app => app.MapGet("/", static (HttpContext context) => { context.Response.ContentLength = 0; }));
        await using var connection = await RawHttpConnection.ConnectAsync(engine.Address);

        await connection.WriteHeadAsync("GET / HTTP/1.1");
        Assert.That((await connection.ReadResponseAsync()).Status, Is.EqualTo(StatusCodes.Status200OK));
        await connection.WriteHeadAsync(
            $"GET {Target} HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

        Assert.That((await connection.ReadResponseAsync(hasBody: false)).Status, Is.EqualTo(StatusCodes.Status101SwitchingProtocols));
        await Eventually.True(() => engine.Server.ClientsCount == 1);
    }

    [Test]
    public async Task A_lost_connection_ends_its_session()
    {
        await using var engine = await StartAsync();
        await using var client = await OpenAsync(engine);

        client.Reset();

        Assert.That((await engine.Handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose));
        await Eventually.True(() => engine.Server.ClientsCount == 0);
    }

    [Test]
    public async Task A_stop_of_the_application_says_goodbye_and_waits_for_the_answers()
    {
        await using var engine = await StartAsync();
        await using var client = await OpenAsync(engine);

        var started = Stopwatch.GetTimestamp();
        var stopping = engine.App.StopAsync();
        var frame = await client.ReceiveFrameAsync();
        Assert.That(stopping.IsCompleted, Is.False);
        await client.SendFrameAsync(RawWebSocket.CloseFrame, []);
        await stopping;

        Assert.That(frame.Opcode, Is.EqualTo(RawWebSocket.CloseFrame));
        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(s_soon));
    }

    [Test]
    public async Task A_client_that_does_not_answer_holds_no_stop_up()
    {
        await using var engine = await StartAsync();
        await using var client = await OpenAsync(engine);

        var started = Stopwatch.GetTimestamp();
        await engine.App.StopAsync();

        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(s_soon));
    }

    private static Task<HostedEngine> StartAsync(Action<WebApplication>? before = null, bool isLean = true) => HostedEngine.StartAsync(new EngineSetup
    {
        Before = before,
        Listen = listen =>
        {
            if (isLean)
            {
                listen.UseLeanWebSockets();
            }
        },
    });

    private static async Task<RawWebSocket> OpenAsync(HostedEngine engine)
    {
        var client = await RawWebSocket.ConnectAsync(engine.Address, Target);
        Assert.That(await client.ReceiveAsync(), Does.StartWith("0{"));
        return client;
    }

    /// <summary>Sees the first request, and whether anything still holds it.</summary>
    private sealed class RequestWatch
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private WeakReference? _request;

        public bool HasEnded => _ended.Task.IsCompleted;

        public bool IsKept => _request!.IsAlive;

        public Task WhenEndedAsync() => _ended.Task.Soon();

        public void Watch(WebApplication app) => app.Use(RunAsync);

        private Task RunAsync(HttpContext context, RequestDelegate next)
        {
            Remember(context);
            return EndAsync(next(context));
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Remember(HttpContext context) => _request ??= new WeakReference(context);

        private async Task EndAsync(Task serving)
        {
            await serving;
            _ended.TrySetResult();
        }
    }
}
