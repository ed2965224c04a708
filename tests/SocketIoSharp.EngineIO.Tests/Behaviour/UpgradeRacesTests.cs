namespace SocketIoSharp.EngineIO.Tests;

[TestFixture(WebSocketEngine.Default)]
[TestFixture(WebSocketEngine.System)]
public sealed class UpgradeRacesTests(WebSocketEngine engine)
{
    private Task<EngineTestServer> StartAsync(RecordingHandler handler, Action<EngineTestServerSettings>? more = null)
    {
        var settings = new EngineTestServerSettings { Handler = handler, Options = options => options.WebSocketEngine = engine };
        more?.Invoke(settings);
        return EngineTestServer.StartAsync(settings);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(200)]
    [TestCase(999)]
    public async Task A_thousand_messages_across_the_upgrade_keep_their_order_both_ways(int upgradeAt)
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        var received = new List<string>();
        var upgraded = false;

        // Like the stock client: polls and probes at once, stops polling at a noop or an answer, then says 5.
        async Task PollAsync()
        {
            while (!Volatile.Read(ref upgraded))
            {
                received.AddRange((await client.GetAsync()).Split('\u001e').Where(static packet => packet is not ("6" or "1")));
            }
        }

        var polling = PollAsync();
        for (var i = 0; i < upgradeAt; i += 20)
        {
            await client.PostAsync(string.Join('\u001e', Enumerable.Range(i, Math.Min(20, upgradeAt - i)).Select(static n => $"4{n}")));
        }

        await using var webSocket = await client.ProbeAsync();
        Volatile.Write(ref upgraded, true);
        await polling.Soon();
        await webSocket.SendTogetherAsync(["5", .. Enumerable.Range(upgradeAt, 1000 - upgradeAt).Select(static n => $"4{n}")]);
        while (received.Count < 1000)
        {
            received.Add(await webSocket.ReceiveAsync());
        }

        Assert.That(received, Is.EqualTo(Enumerable.Range(0, 1000).Select(static n => $"4{n}")));
        for (var i = 0; i < 1000; i++)
        {
            Assert.That(await handler.NextTextAsync(), Is.EqualTo($"{i}"));
        }

        Assert.That(session.State, Is.EqualTo(SessionState.Open));
    }

    [Test]
    public async Task Messages_sent_from_elsewhere_during_the_upgrade_are_neither_lost_nor_reordered()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        var received = new List<string>();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 1000; i++)
            {
                session.TrySendText($"{i}");
                if (i % 10 == 0)
                {
                    await Task.Yield();
                }
            }
        });

        received.AddRange((await client.GetAsync()).Split('\u001e'));
        await using var webSocket = await client.ProbeAsync();
        received.AddRange((await client.GetAsync()).Split('\u001e').Where(static packet => packet != "6"));
        await webSocket.SendAsync("5");
        while (received.Count < 1000)
        {
            received.Add(await webSocket.ReceiveAsync());
        }

        await sending.Soon();
        Assert.That(received, Is.EqualTo(Enumerable.Range(0, 1000).Select(static n => $"4{n}")));
    }

    [Test]
    public async Task A_post_still_being_worked_on_comes_before_the_websockets_messages([Values] bool blocksTheThread)
    {
        using var blocked = new ManualResetEventSlim();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler
        {
            WhenMessage = (_, message) =>
            {
                if (message.GetText() != "1")
                {
                    return Task.CompletedTask;
                }

                if (!blocksTheThread)
                {
                    return release.Task;
                }

                blocked.Wait(Eventually.Patience);
                return Task.CompletedTask;
            },
        };
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        await using var webSocket = await client.ProbeAsync();
        var post = client.SendPostAsync("41\u001e42");
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("1"));

        await webSocket.SendTogetherAsync("5", "43");
        await Eventually.True(() => session.IsUpgraded);

        // Were it dispatched too early, the message would come right behind the 5; a ping shows that nothing has been read.
        await webSocket.SendFrameAsync(RawWebSocket.PingFrame, []);
        blocked.Set();
        release.SetResult();

        Assert.That(await handler.NextTextAsync(), Is.EqualTo("2"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("3"));
        Assert.That((await post.Soon()).ToString(), Is.EqualTo("200 ok"));
    }

    [Test]
    public async Task A_response_still_being_written_at_the_5_is_not_overtaken()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        await using var webSocket = await client.ProbeAsync();
        session.TrySendBinary(new byte[30_000_000]);

        // A response far larger than all buffers, of which the client reads nothing yet.
        await using var poll = await client.OpenConnectionAsync();
        await poll.WriteHeadAsync($"GET {client.Target("polling")} HTTP/1.1");
        var head = await poll.ReadAsync(12);
        session.TrySendText("after the large one");
        await webSocket.SendAsync("5");
        await Eventually.True(() => session.IsUpgraded);
        Assert.That(session.IsWritable, Is.False);
        session.TrySendText("last");

        var received = webSocket.ReceiveAsync();
        Assert.That(received.IsCompleted, Is.False);
        await poll.ReadAsync(40_000_000);

        Assert.That(System.Text.Encoding.ASCII.GetString(head), Is.EqualTo("HTTP/1.1 200"));
        Assert.That(await received.Soon(), Is.EqualTo("4after the large one"));
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4last"));
        Assert.That(session.IsWritable, Is.True);
    }

    public enum Loss
    {
        AfterOpening,
        AfterTheProbe,
        AfterTheAnswer,
        WithTheUpgrade,
        AfterTheUpgrade,
    }

    [Test]
    public async Task Cve_2022_41940_a_reset_at_any_step_of_the_upgrade_touches_nobody_else([Values] Loss loss)
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = server.Session(client);
        await using var webSocket = await client.OpenProbeAsync();
        if (loss >= Loss.AfterTheProbe)
        {
            await webSocket.SendAsync("2probe");
        }

        if (loss >= Loss.AfterTheAnswer)
        {
            Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("3probe"));
        }

        if (loss >= Loss.WithTheUpgrade)
        {
            await webSocket.SendAsync("5");
        }

        if (loss == Loss.AfterTheUpgrade)
        {
            await Eventually.True(() => session.IsUpgraded);
        }
        else if (loss == Loss.AfterOpening)
        {
            await Eventually.True(() => session.IsUpgrading);
        }

        webSocket.Reset();

        if (loss == Loss.AfterTheUpgrade)
        {
            Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportClose));
        }
        else if (loss != Loss.WithTheUpgrade)
        {
            await Eventually.True(() => !session.IsUpgrading);
            await client.PostAsync("4a");
            Assert.That(await client.GetAsync(), Is.EqualTo("4a"));
            await using var again = await client.UpgradeAsync();
            await again.SendAsync("4b");
            Assert.That(await again.ReceiveAsync(), Is.EqualTo("4b"));
        }

        // With the upgrade, the reset may win or lose against the 5: either way the server goes on.
        await using var other = server.CreateClient();
        await using var fresh = await other.ConnectAsync();
        await fresh.SendAsync("4c");
        Assert.That(await fresh.ReceiveAsync(), Is.EqualTo("4c"));
    }

    [Test]
    public async Task A_reset_before_the_websocket_handshake_is_answered_touches_nobody()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        for (var i = 0; i < 20; i++)
        {
            await using var connection = await client.OpenConnectionAsync();
            await connection.WriteHeadAsync($"GET {client.Target("websocket", withSid: i % 2 == 0)} HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==");
            connection.Reset();
        }

        await Eventually.True(() => server.Engine.ClientsCount == 1 && !server.Session(client).IsUpgrading);
        await client.PostAsync("4a");
        Assert.That(await client.GetAsync(), Is.EqualTo("4a"));
    }

    [Test]
    public async Task Of_two_probes_at_once_one_wins()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        for (var round = 0; round < 20; round++)
        {
            await using var client = server.CreateClient();
            await client.HandshakeAsync();
            var both = await Task.WhenAll(client.OpenProbeAsync(), client.OpenProbeAsync());
            await Task.WhenAll(both.Select(static webSocket => webSocket.SendAsync("2probe")));
            var answers = await Task.WhenAll(both.Select(static webSocket => webSocket.ReceiveFrameAsync()));

            Assert.That(answers.Count(static frame => frame is { Opcode: RawWebSocket.TextFrame, Text: "3probe" }), Is.EqualTo(1));
            Assert.That(answers.Count(static frame => frame.Opcode == RawWebSocket.CloseFrame), Is.EqualTo(1));
            var winner = both[answers[0].Opcode == RawWebSocket.TextFrame ? 0 : 1];
            await winner.SendTogetherAsync("5", "4a");
            Assert.That(await winner.ReceiveAsync(), Is.EqualTo("4a"));
        }
    }
}
