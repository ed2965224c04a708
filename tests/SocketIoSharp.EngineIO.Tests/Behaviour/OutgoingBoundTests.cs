namespace SocketIoSharp.EngineIO.Tests;

public sealed class OutgoingBoundTests
{
    [Test]
    public async Task A_session_whose_queue_is_over_its_bound_closes_with_transport_error()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler, static options => options.MaxOutgoingBytes = 10_000);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();
        var message = new byte[900];

        var taken = 0;
        while (taken < 1000 && session.TrySendBinary(message))
        {
            taken++;
        }

        Assert.That(taken, Is.InRange(9, 11));
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportError, "the client reads too slowly")));
        var warning = server.Log.Of("OutgoingBoundExceeded").Single();
        Assert.That(warning.Level, Is.EqualTo(Microsoft.Extensions.Logging.LogLevel.Warning));
        Assert.That(warning.Message, Does.Contain("MaxOutgoingBytes").And.Contain("10000").And.Contain(client.Sid));
        Assert.That(session.TrySendText("late"), Is.False);
    }

    [Test]
    public async Task One_message_larger_than_the_bound_passes_when_nothing_else_waits([Values] bool isAlone)
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler, static options => options.MaxOutgoingBytes = 1000);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();
        var large = new string('x', 5000);

        Assert.That(isAlone || session.TrySendText("first"), Is.True);

        Assert.That(session.TrySendText(large), Is.EqualTo(isAlone));
        if (isAlone)
        {
            Assert.That(await client.GetAsync(), Is.EqualTo("4" + large));
            Assert.That(session.TrySendText(large), Is.True);
        }
        else
        {
            Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportError));
        }
    }

    [Test]
    public async Task Empty_messages_count_too()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler, static options => options.MaxOutgoingBytes = 1000);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();

        var taken = 0;
        while (taken < 10_000 && session.TrySendText(string.Empty))
        {
            taken++;
        }

        Assert.That(taken, Is.InRange(10, 1000));
    }

    [Test]
    public async Task Without_a_bound_everything_waits()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler, static options => options.MaxOutgoingBytes = null);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();
        var message = EncodedMessage.Binary(new byte[1_000_000]);

        for (var i = 0; i < 40; i++)
        {
            Assert.That(session.TrySend(message), Is.True);
        }
    }

    [Test]
    public async Task A_websocket_client_that_does_not_read_is_closed_and_slows_nobody_down([Values] WebSocketEngine engine)
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler, options =>
        {
            options.WebSocketEngine = engine;
            options.MaxOutgoingBytes = 1_000_000;
        });
        await using var slow = server.CreateClient();
        await using var slowSocket = await slow.ConnectAsync();
        var slowSession = await handler.Opened.NextAsync();
        await using var quick = server.CreateClient();
        await using var quickSocket = await quick.ConnectAsync();
        var quickSession = await handler.Opened.NextAsync();
        var message = EncodedMessage.Binary(new byte[100_000]);

        var sent = 0;
        while (slowSession.TrySend(message))
        {
            Assert.That(++sent, Is.LessThan(2000));
            if (sent % 50 == 0)
            {
                quickSession.TrySendText($"{sent}");
                Assert.That(await quickSocket.ReceiveAsync(), Is.EqualTo($"4{sent}"));
            }
        }

        var close = await handler.Closed.NextAsync();
        Assert.That((close.Session.Id, close.Close.Reason), Is.EqualTo((slow.Sid, CloseReason.TransportError)));
        quickSession.TrySendText("alive");
        Assert.That(await quickSocket.ReceiveAsync(), Is.EqualTo("4alive"));
        slowSocket.Reset();
    }

    [Test]
    public async Task A_producer_can_wait_for_a_slow_reader([Values] Wire wire)
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler, options =>
        {
            options.WebSocketEngine = WireClient.EngineOf(wire);
            options.MaxOutgoingBytes = 300_000;
        });
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = await handler.Opened.NextAsync();
        var message = EncodedMessage.Binary(new byte[100_000]);
        var producing = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                Assert.That(await session.WhenWritableAsync(), Is.True);
                Assert.That(session.TrySend(message), Is.True);
            }
        });

        for (var i = 0; i < 100; i++)
        {
            Assert.That((await client.ReceiveAsync()).Length, Is.EqualTo(133_337));
        }

        await producing.Soon();
        Assert.That(handler.Closed.Count, Is.Zero);
    }

    [Test]
    public async Task The_wait_for_a_reader_can_be_given_up()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();
        session.TrySendText("waits");
        using var patience = new CancellationTokenSource();

        var waiting = session.WhenWritableAsync(patience.Token);
        var other = session.WhenWritableAsync();
        await patience.CancelAsync();

        Assert.That(async () => await waiting.Soon(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await client.GetAsync(), Is.EqualTo("4waits"));
        Assert.That(await other.Soon(), Is.True);
    }

    [Test]
    public async Task Bytes_given_to_the_connection_count_too([Values] WebSocketEngine engine)
    {
        const int Bound = 4 * 1024 * 1024;

        // What the kernel and the connection's pipe hold is out of our sight.
        const int Allowance = 1024 * 1024;
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(new EngineTestServerSettings
        {
            Handler = handler,
            Options = options =>
            {
                options.WebSocketEngine = engine;
                options.MaxOutgoingBytes = Bound;
            },
            ConfigureBuilder = SmallBuffers.OfServer,
        });
        await using var client = server.CreateClient();
        await using var webSocket = await client.ConnectAsync();
        SmallBuffers.OfClient(webSocket);
        var session = await handler.Opened.NextAsync();
        var message = EncodedMessage.Binary(new byte[50_000]);

        // In portions, so that each may be given to the connection before the next one comes.
        var taken = 0;
        var isOpen = true;
        while (isOpen && taken < 3 * Bound)
        {
            for (var i = 0; i < 10 && (isOpen = session.TrySend(message)); i++)
            {
                taken += 50_000;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        Assert.That(isOpen, Is.False);
        Assert.That(taken, Is.InRange(Bound - 50_000, Bound + Allowance));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.TransportError));
        webSocket.Reset();
    }
}
