namespace SocketIoSharp.EngineIO.Tests;

[TestFixtureSource(typeof(WireClient), nameof(WireClient.All))]
public sealed class ClosingTests(Wire wire)
{
    private Task<EngineTestServer> StartAsync(RecordingHandler handler)
        => EngineTestServer.StartAsync(handler, options => options.WebSocketEngine = WireClient.EngineOf(wire));

    [Test]
    public async Task The_server_closes()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = await handler.Opened.NextAsync();
        var end = client.ReceiveEndAsync();
        if (wire == Wire.Polling)
        {
            await server.PollWaits(client.Http);
        }

        session.Close();

        await end.Soon();
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.ForcedClose)));
        Assert.That(session.State, Is.EqualTo(SessionState.Closed));
        Assert.That((await client.Http.SendGetAsync()).Body, Is.EqualTo("""{"code":1,"message":"Session ID unknown"}"""));
        Assert.That(server.Engine.FindSession(client.Http.Sid), Is.Null);
    }

    [Test]
    public async Task What_was_sent_before_the_close_arrives_before_it()
    {
        var handler = new RecordingHandler
        {
            WhenMessage = static (session, _) =>
            {
                for (var i = 0; i < 20; i++)
                {
                    session.TrySendText($"{i}");
                }

                session.Close();
                session.TrySendText("too late");
                return Task.CompletedTask;
            },
        };
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);

        await client.SendTogetherAsync("4go", "4ignored");

        for (var i = 0; i < 20; i++)
        {
            Assert.That(await client.ReceiveAsync(), Is.EqualTo($"4{i}"));
        }

        await client.ReceiveEndAsync().Soon();
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
        Assert.That(handler.Messages.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task The_end_is_told_once_however_often_it_is_caused()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = await handler.Opened.NextAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => session.Close(discard: i % 2 == 0)))).Soon();
        session.Close(discard: true);

        await handler.NextCloseAsync();
        await server.StopAsync();
        Assert.That(handler.Closed.Count, Is.Zero);
        Assert.That(server.Engine.ClientsCount, Is.Zero);
    }

    [Test]
    public async Task A_session_may_close_itself_while_it_opens()
    {
        var handler = new RecordingHandler
        {
            WhenOpened = static session =>
            {
                session.Close(discard: true);
                return Task.CompletedTask;
            },
        };
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient();
        if (wire == Wire.WebSocket || wire == Wire.SystemWebSocket)
        {
            await using var webSocket = await client.ConnectAsync();
            Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        }
        else
        {
            await client.HandshakeAsync();
            Assert.That((await client.SendGetAsync()).Body, Is.EqualTo("""{"code":1,"message":"Session ID unknown"}"""));
        }

        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
    }

    [Test]
    public async Task A_close_handler_that_throws_is_logged()
    {
        var handler = new RecordingHandler { WhenClosed = static (_, _) => throw new InvalidOperationException("a fault of the application") };
        await using var server = await StartAsync(handler);
        server.AllowErrors = true;
        await using var client = await WireClient.OpenAsync(server, wire);

        (await handler.Opened.NextAsync()).Close(discard: true);

        await handler.NextCloseAsync();
        await Eventually.True(() => server.Log.Of("HandlerFailed").Count == 1);
    }

    [Test]
    public async Task The_end_of_a_session_comes_after_its_beginning()
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler { WhenOpened = _ => opened.Task };
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = await handler.Opened.NextAsync();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = session.Closed.Register(closed.SetResult);

        session.Close(discard: true);

        await closed.Task.Soon();
        Assert.That(server.Engine.ClientsCount, Is.Zero);
        Assert.That(handler.Closed.Count, Is.Zero);
        opened.SetResult();
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
    }
}
