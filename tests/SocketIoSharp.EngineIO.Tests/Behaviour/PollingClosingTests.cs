namespace SocketIoSharp.EngineIO.Tests;

public sealed class PollingClosingTests
{
    [Test]
    public async Task The_goodbye_of_a_client_ends_its_waiting_poll_with_a_noop([Values] bool polls)
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var poll = polls ? client.SendGetAsync() : null;
        if (polls)
        {
            await server.PollWaits(client);
        }

        var response = await client.SendPostAsync("4last\u001e1\u001e4never");

        Assert.That(response.ToString(), Is.EqualTo("200 ok"));
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportClose)));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("last"));
        Assert.That(handler.Messages.Count, Is.Zero);
        if (poll is not null)
        {
            Assert.That((await poll.Soon()).ToString(), Is.EqualTo("200 6"));
        }
    }

    [Test]
    public async Task A_close_without_a_poll_waits_for_the_next_one()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();

        session.Close();

        Assert.That(session.State, Is.EqualTo(SessionState.Closing));
        Assert.That((await client.SendPostAsync("4ignored")).ToString(), Is.EqualTo("200 ok"));
        Assert.That(handler.Closed.Count, Is.Zero);
        Assert.That(await client.GetAsync(), Is.EqualTo("6\u001e1"));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
        Assert.That(handler.Messages.Count, Is.Zero);
        Assert.That((await client.SendGetAsync()).Status, Is.EqualTo(400));
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("4ignored\u001ex")]
    public async Task A_payload_that_cannot_be_read_does_not_shorten_a_close_that_waits_for_the_next_poll(string payload)
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        (await handler.Opened.NextAsync()).Close();

        Assert.That((await client.SendPostAsync(payload)).ToString(), Is.EqualTo("200 ok"));

        Assert.That(await client.GetAsync(), Is.EqualTo("6\u001e1"));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ForcedClose));
    }

    [Test]
    public async Task A_close_that_nobody_polls_for_is_complete_after_30_seconds()
    {
        var time = new ManualTimeProvider();
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler, static options => options.PingInterval = TimeSpan.FromMinutes(5), time);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();
        session.Close();

        time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.That(session.State, Is.EqualTo(SessionState.Closing));
        time.Advance(TimeSpan.FromSeconds(1.6));

        Assert.That(session.State, Is.EqualTo(SessionState.Closed));
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.ForcedClose)));
        Assert.That(server.Clock().Count, Is.Zero);
        Assert.That((await client.SendGetAsync()).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task A_message_just_before_the_close_takes_the_waiting_poll_alone()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();
        var poll = client.GetAsync();
        await server.PollWaits(client);

        session.TrySendText("1");
        session.Close();

        Assert.That(await poll.Soon(), Is.EqualTo("41"));
        Assert.That(await client.GetAsync(), Is.EqualTo("6\u001e1"));
    }

    [Test]
    public async Task What_waits_is_sent_before_the_close_is_told()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();

        session.TrySendText("1");
        session.TrySendText("2");
        session.Close();

        Assert.That(await client.GetAsync(), Is.EqualTo("41\u001e42"));
        Assert.That(session.State, Is.EqualTo(SessionState.Closing));
        Assert.That(await client.GetAsync(), Is.EqualTo("6\u001e1"));
        Assert.That(session.State, Is.EqualTo(SessionState.Closed));
    }

    [Test]
    public async Task A_close_that_discards_waits_for_nothing([Values] bool polls)
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();
        var poll = polls ? client.SendGetAsync() : null;
        if (polls)
        {
            await server.PollWaits(client);
        }
        else
        {
            session.TrySendText("thrown away");
        }

        session.Close(discard: true);

        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.ForcedClose)));
        Assert.That((await (poll ?? client.SendGetAsync()).Soon()).ToString(), Is.EqualTo(polls ? "200 1" : """400 {"code":1,"message":"Session ID unknown"}"""));
    }

    [Test]
    public async Task A_close_while_a_post_is_being_read_cuts_it_off()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var post = await client.BeginPostAsync(100, "4abc");
        await server.PostBegun(client);

        (await handler.Opened.NextAsync()).Close(discard: true);

        Assert.That(await post.ReadToEndAsync(), Is.Empty);
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.ForcedClose)));
    }
}
