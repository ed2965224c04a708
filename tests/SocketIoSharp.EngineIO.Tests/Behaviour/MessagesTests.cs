namespace SocketIoSharp.EngineIO.Tests;

[TestFixtureSource(typeof(WireClient), nameof(WireClient.All))]
public sealed class MessagesTests(Wire wire)
{
    private Task<EngineTestServer> StartAsync(RecordingHandler handler, Action<EngineIOOptions>? more = null)
        => EngineTestServer.StartAsync(handler, options =>
        {
            options.WebSocketEngine = WireClient.EngineOf(wire);
            more?.Invoke(options);
        });

    [TestCase("4hello")]
    [TestCase("4")]
    [TestCase("4€ \U0001F600 \0 \\n \n \" \u2028")]
    [TestCase("42[\"sum\",1,2]")]
    public async Task Text_goes_both_ways(string packet)
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);

        await client.SendAsync(packet);

        Assert.That(await client.ReceiveAsync(), Is.EqualTo(packet));
        Assert.That((await handler.Messages.NextAsync()).IsBinary, Is.False);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(125)]
    [TestCase(126)]
    [TestCase(65_535)]
    [TestCase(65_536)]
    [TestCase(700_000)]
    public async Task Binary_goes_both_ways(int length)
    {
        var data = new byte[length];
        new Random(length).NextBytes(data);
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);

        await client.SendBinaryAsync(data);

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("b" + Convert.ToBase64String(data)));
        Assert.That((await handler.Messages.NextAsync()).IsBinary, Is.True);
    }

    [Test]
    public async Task A_thousand_messages_keep_their_order_both_ways()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = await WireClient.OpenAsync(server, wire);

        for (var from = 0; from < 1000; from += 50)
        {
            await client.SendTogetherAsync([.. Enumerable.Range(from, 50).Select(static i => $"4{i}")]);
        }

        for (var i = 0; i < 1000; i++)
        {
            Assert.That(await client.ReceiveAsync(), Is.EqualTo($"4{i}"));
        }
    }

    [Test]
    public async Task A_message_and_its_attachments_stay_together()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = await handler.Opened.NextAsync();

        session.TrySend(EncodedMessage.Create("51-[]"u8.ToArray(), new byte[] { 1, 2, 3 }, new byte[] { 4 }));
        session.TrySendText("after");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("451-[]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("bAQID"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("bBA=="));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4after"));
    }

    [TestCase("0")]
    [TestCase("3")]
    [TestCase("5")]
    [TestCase("6")]
    [TestCase("3probe")]
    public async Task A_packet_that_means_nothing_here_is_ignored(string packet)
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = await WireClient.OpenAsync(server, wire);

        await client.SendAsync(packet);
        await client.SendAsync("4still here");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4still here"));
    }

    [TestCase("2")]
    [TestCase("2probe")]
    public async Task A_ping_of_the_client_closes_the_session(string packet)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var end = client.ReceiveEndAsync();
        if (wire == Wire.Polling)
        {
            await server.PollWaits(client.Http);
        }

        await client.SendTogetherAsync(packet, "4dropped");

        await end.Soon();
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportError, "invalid heartbeat direction")));
        Assert.That(handler.Messages.Count, Is.Zero);
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("7")]
    [TestCase("\u00e9")]
    [TestCase("{\"a\":1}")]
    public async Task What_is_no_packet_closes_the_session(string packet)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var end = client.ReceiveEndAsync();
        if (wire == Wire.Polling)
        {
            await server.PollWaits(client.Http);
        }

        await client.SendAsync(packet);

        await end.Soon();
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ParseError));
        Assert.That(server.Engine.ClientsCount, Is.Zero);
    }

    [Test]
    public async Task Messages_of_a_session_come_one_after_the_other()
    {
        var running = 0;
        var handler = new RecordingHandler
        {
            WhenMessage = async (_, _) =>
            {
                Assert.That(Interlocked.Increment(ref running), Is.EqualTo(1));
                await Task.Yield();
                Interlocked.Decrement(ref running);
            },
        };
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);

        await client.SendTogetherAsync([.. Enumerable.Range(0, 100).Select(static i => $"4{i}")]);

        for (var i = 0; i < 100; i++)
        {
            Assert.That(await handler.NextTextAsync(), Is.EqualTo($"{i}"));
        }
    }

    [Test]
    public async Task A_handler_that_throws_ends_neither_the_session_nor_the_reading([Values] bool throwsAtOnce)
    {
        var handler = new RecordingHandler
        {
            WhenMessage = async (session, message) =>
            {
                if (message.GetText() == "bad")
                {
                    if (!throwsAtOnce)
                    {
                        await Task.Yield();
                    }

                    throw new InvalidOperationException("a fault of the application");
                }

                await RecordingHandler.EchoAsync(session, message);
            },
        };
        await using var server = await StartAsync(handler);
        server.AllowErrors = true;
        await using var client = await WireClient.OpenAsync(server, wire);

        await client.SendTogetherAsync("4bad", "4good");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4good"));
        Assert.That(server.Log.Errors.Select(static line => line.EventName), Is.EqualTo(new[] { "HandlerFailed" }));
    }

    [Test]
    public async Task Nothing_is_read_while_the_handler_is_busy()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler { WhenMessage = (_, _) => release.Task };
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = server.Session(client.Http);

        var sending = client.SendTogetherAsync("4a", "4b");
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("a"));
        await Eventually.True(() => session.IsReceivePaused);
        Assert.That(handler.Messages.Count, Is.Zero);
        release.SetResult();

        Assert.That(await handler.NextTextAsync(), Is.EqualTo("b"));
        await sending.Soon();
    }

    [Test]
    public async Task Sends_of_many_threads_all_arrive()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = await handler.Opened.NextAsync();

        var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 250; i++)
            {
                Assert.That(session.TrySendText($"{thread}-{i}"), Is.True);
            }
        })));
        var next = new int[4];
        for (var i = 0; i < 1000; i++)
        {
            var parts = (await client.ReceiveAsync())[1..].Split('-');
            var thread = int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture);
            Assert.That(parts[1], Is.EqualTo($"{next[thread]++}"));
        }

        await sending.Soon();
    }

    [Test]
    public async Task Nothing_is_left_behind_when_all_is_quiet()
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = await handler.Opened.NextAsync();

        for (var i = 0; i < 50; i++)
        {
            // In one batch, at the end of one, from outside, and while the handler waits: each must arrive without a further push.
            await client.SendTogetherAsync("4a", "4b");
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("4a"));
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("4b"));
            session.TrySendText("c");
            Assert.That(await client.ReceiveAsync(), Is.EqualTo("4c"));
        }

        Assert.That(await session.WhenWritableAsync().Soon(), Is.True);
    }

    [Test]
    public async Task WhenWritable_ends_with_false_when_the_session_does()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = await handler.Opened.NextAsync();
        Assert.That(await session.WhenWritableAsync().Soon(), Is.True);
        var closed = session.Closed;

        session.Close(discard: true);

        Assert.That(await session.WhenWritableAsync().Soon(), Is.False);
        Assert.That(session.TrySendText("late"), Is.False);
        Assert.That(session.TrySendText("late"u8), Is.False);
        Assert.That(session.TrySendBinary([1]), Is.False);
        Assert.That(session.TrySend(EncodedMessage.Text("late")), Is.False);
        await handler.NextCloseAsync();
        Assert.That(closed.IsCancellationRequested, Is.True);
        Assert.That(session.Closed.IsCancellationRequested, Is.True);
    }

    [Test]
    public async Task Flush_and_drain_can_be_observed()
    {
        var observer = new FlushObserver();
        await using var server = await EngineTestServer.StartAsync(new RecordingHandler(), options =>
        {
            options.WebSocketEngine = WireClient.EngineOf(wire);
            options.Observer = observer;
        });
        await using var client = await WireClient.OpenAsync(server, wire);
        var session = server.Session(client.Http);

        for (var i = 0; i < 5; i++)
        {
            session.TrySendText($"{i}");
            Assert.That(await client.ReceiveAsync(), Is.EqualTo($"4{i}"));
            while (await observer.Events.NextAsync() != $"created 4{i}")
            {
                Assert.That(i, Is.Zero, "Nothing else happens between two messages.");
            }

            Assert.That(await observer.Events.NextAsync(), Is.EqualTo("flush"));
            Assert.That(await observer.Events.NextAsync(), Is.EqualTo("drain"));
        }

        Assert.That(observer.Events.Count, Is.Zero);
    }

    private sealed class FlushObserver : EngineIOObserver
    {
        public Inbox<string> Events { get; } = new();

        public override void PacketCreated(IEngineIOSession session, int type, ReadOnlySpan<byte> data)
            => Events.Add($"created {type}{System.Text.Encoding.UTF8.GetString(data)}");

        public override void Flushed(IEngineIOSession session) => Events.Add("flush");

        public override void Drained(IEngineIOSession session) => Events.Add("drain");
    }
}
