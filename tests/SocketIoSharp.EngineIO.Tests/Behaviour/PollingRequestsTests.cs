using System.Text;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class PollingRequestsTests
{
    private const char Separator = '\u001e';

    [Test]
    public async Task A_poll_is_answered_at_once_with_everything_that_waits()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();
        session.TrySendText("""2["m",0]""");
        session.TrySendText("""2["m",1]""");
        session.TrySendBinary([1, 2, 3]);

        var response = await client.SendGetAsync();

        Assert.That(response.ToString(), Is.EqualTo($$"""200 42["m",0]{{Separator}}42["m",1]{{Separator}}bAQID"""));
        Assert.That(response.Header("Content-Type"), Is.EqualTo("text/plain; charset=UTF-8"));
        Assert.That(response.Header("Content-Length"), Is.EqualTo("25"));
        Assert.That(response.Header("Cache-Control"), Is.EqualTo("no-store"));
        Assert.That(response.Header("X-XSS-Protection"), Is.Null);
    }

    [Test]
    public async Task A_poll_waits_until_there_is_something_to_say()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();

        Assert.That(session.IsWritable, Is.False);
        var poll = client.GetAsync();
        await Eventually.True(() => session.IsWritable);
        session.TrySendText("now");

        Assert.That(await poll.Soon(), Is.EqualTo("4now"));
    }

    [Test]
    public async Task A_post_is_answered_with_ok_and_its_packets_come_in_order()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        var response = await client.SendPostAsync($"4a{Separator}bAQID{Separator}4€😀{Separator}4");

        Assert.That(response.ToString(), Is.EqualTo("200 ok"));
        Assert.That(response.Header("Content-Type"), Is.EqualTo("text/html"));
        Assert.That(response.Header("Content-Length"), Is.EqualTo("2"));
        Assert.That(response.Header("Cache-Control"), Is.EqualTo("no-store"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("a"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("bAQID"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("€😀"));
        Assert.That(await handler.NextTextAsync(), Is.Empty);
    }

    [TestCase("text/plain")]
    [TestCase("application/json")]
    [TestCase("application/octet-stream-not")]
    [TestCase("application/x-www-form-urlencoded")]
    public async Task The_content_type_of_a_post_is_not_looked_at(string contentType)
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        Assert.That((await client.SendPostAsync("4a", contentType)).Status, Is.EqualTo(200));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("a"));
    }

    [TestCase("Mozilla/4.0 (compatible;MSIE 8.0)")]
    [TestCase("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0)")]
    public async Task Internet_Explorer_is_told_not_to_filter(string userAgent)
    {
        await using var server = await EngineTestServer.StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient(new RawClientOptions { Headers = [new("User-Agent", userAgent)] });
        await client.HandshakeAsync();

        Assert.That((await client.SendPostAsync("4a")).Header("X-XSS-Protection"), Is.EqualTo("0"));
        Assert.That((await client.SendGetAsync()).Header("X-XSS-Protection"), Is.EqualTo("0"));
    }

    [Test]
    public async Task A_second_poll_at_once_closes_the_session()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();
        var first = client.SendGetAsync();
        await Eventually.True(() => session.IsWritable);

        var second = await client.SendGetAsync();

        Assert.That(second.ToString(), Is.EqualTo("400 "));
        Assert.That(second.Header("Content-Type"), Is.Null);
        Assert.That((await first.Soon()).ToString(), Is.EqualTo("200 1"));
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportError, "overlap from client")));
        Assert.That((await client.SendGetAsync()).Body, Is.EqualTo("""{"code":1,"message":"Session ID unknown"}"""));
    }

    [Test]
    public async Task A_second_post_while_the_first_is_being_read_closes_the_session()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var first = await client.BeginPostAsync(10, "4abc");
        await server.PostBegun(client);

        var second = await client.SendPostAsync("4b");

        Assert.That(second.ToString(), Is.EqualTo("400 "));
        Assert.That(await first.ReadToEndAsync(), Is.Empty, "the first one's connection is cut");
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportError, "data request overlap from client")));
        Assert.That(handler.Messages.Count, Is.Zero);
    }

    [Test]
    public async Task A_second_post_while_the_first_is_being_worked_on_closes_the_session()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new RecordingHandler { WhenMessage = (_, _) => release.Task };
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var first = client.SendPostAsync("4a");
        await handler.NextTextAsync();

        var second = await client.SendPostAsync("4b");
        release.SetResult();

        Assert.That(second.ToString(), Is.EqualTo("400 "));
        Assert.That((await first.Soon()).ToString(), Is.EqualTo("200 ok"));
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportError, "data request overlap from client")));
    }

    [Test]
    public async Task The_next_request_after_an_answer_is_never_an_overlap()
    {
        await using var server = await EngineTestServer.StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        for (var i = 0; i < 500; i++)
        {
            var poll = client.GetAsync();
            await client.PostAsync($"4{i}");
            Assert.That(await poll.Soon(), Is.EqualTo($"4{i}"));
        }
    }

    [Test]
    public async Task The_next_post_after_an_answer_is_never_an_overlap_even_on_another_connection()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await using var other = server.CreateClient();
        await client.HandshakeAsync();
        other.Sid = client.Sid;

        for (var i = 0; i < 300; i++)
        {
            await client.PostAsync("4a");
            await other.PostAsync("4b");
        }

        Assert.That(handler.Messages.Count, Is.EqualTo(600));
    }

    [Test]
    public async Task A_poll_that_the_client_aborts_closes_the_session()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();
        using var abort = new CancellationTokenSource();
        var poll = client.SendGetAsync(abort.Token);
        await Eventually.True(() => session.IsWritable);

        await abort.CancelAsync();

        Assert.That(async () => await poll, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportError, "poll connection closed prematurely")));
    }

    [Test]
    public async Task A_post_that_the_client_aborts_closes_the_session([Values] bool isReset)
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        await using var post = await client.BeginPostAsync(100, "4abc");
        await server.PostBegun(client);

        if (isReset)
        {
            post.Reset();
        }
        else
        {
            post.Finish();
        }

        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportError, "data request connection closed prematurely")));
        Assert.That(handler.Messages.Count, Is.Zero);
    }

    [Test]
    public async Task A_body_of_exactly_the_limit_passes_and_one_byte_more_gets_413([Values] bool isChunked)
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler, static options => options.MaxHttpBufferSize = 1000);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        var over = await SendAsync(client, "4" + new string('x', 1000), isChunked);
        var exact = await SendAsync(client, "4" + new string('y', 999), isChunked);

        Assert.That(over.ToString(), Is.EqualTo("413 "));
        Assert.That(exact.ToString(), Is.EqualTo("200 ok"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo(new string('y', 999)));
        Assert.That(handler.Messages.Count, Is.Zero);
        Assert.That(server.Engine.FindSession(client.Sid)!.State, Is.EqualTo(SessionState.Open));
    }

    [Test]
    public async Task The_413_comes_as_soon_as_the_limit_is_passed()
    {
        await using var server = await EngineTestServer.StartAsync(options: static options => options.MaxHttpBufferSize = 1000);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        // The rest of this body never comes.
        await using var post = await client.BeginPostAsync(50_000_000, "4" + new string('x', 1000));

        Assert.That((await post.ReadResponseAsync()).ToString(), Is.EqualTo("413 "));
        await client.PostAsync("4still here");
    }

    [Test]
    public async Task A_limit_above_the_hosts_own_is_honoured()
    {
        var handler = new RecordingHandler();
        var body = "4" + new string('x', 40_000_000);
        await using var server = await EngineTestServer.StartAsync(handler, static options => options.MaxHttpBufferSize = 50_000_000);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        await client.PostAsync(body);

        Assert.That((await handler.NextTextAsync()).Length, Is.EqualTo(40_000_000));
    }

    [Test]
    public async Task A_body_may_come_in_any_pieces()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var body = Encoding.UTF8.GetBytes("4€\u001e4b");
        await using var post = await client.BeginPostAsync(body.Length);

        foreach (var one in body)
        {
            await post.WriteAsync(new[] { one });
        }

        Assert.That((await post.ReadResponseAsync()).ToString(), Is.EqualTo("200 ok"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("€"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("b"));
    }

    [Test]
    public async Task An_octet_stream_is_refused_at_once_on_protocol_4()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        var response = await client.SendPostAsync("4a", "application/octet-stream");

        Assert.That(response.ToString(), Is.EqualTo("400 "));
        Assert.That(await handler.NextCloseAsync(), Is.EqualTo(new SessionClose(CloseReason.TransportError, "invalid content")));
        Assert.That(handler.Messages.Count, Is.Zero);
    }

    [TestCase("PUT")]
    [TestCase("DELETE")]
    [TestCase("PATCH")]
    [TestCase("HEAD")]
    [TestCase("OPTIONS")]
    public async Task A_method_other_than_get_and_post_on_a_live_session_is_answered_405(string method)
    {
        await using var server = await EngineTestServer.StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient();
        await client.HandshakeAsync();

        var response = await client.SendAsync(new HttpMethod(method), client.Target("polling"));

        Assert.That(response.ToString(), Is.EqualTo("405 "));
        Assert.That(response.Header("Allow"), Is.EqualTo("GET, POST"));
        await client.PostAsync("4a");
        Assert.That(await client.GetAsync(), Is.EqualTo("4a"));
    }

    [TestCase("", "")]
    [TestCase("x", "")]
    [TestCase("4a\u001e", "a")]
    [TestCase("4a\u001ex\u001e4b", "a")]
    [TestCase("4a\u001e7\u001e4b", "a")]
    public async Task A_body_that_cannot_be_decoded_closes_the_session_after_what_came_before(string body, string before)
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient();
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();
        var poll = client.SendGetAsync();
        await Eventually.True(() => session.IsWritable);

        var response = await client.SendPostAsync(body);

        Assert.That(response.ToString(), Is.EqualTo("200 ok"));
        Assert.That((await poll.Soon()).ToString(), Is.EqualTo("200 1"));
        Assert.That((await handler.NextCloseAsync()).Reason, Is.EqualTo(CloseReason.ParseError));
        Assert.That(handler.Messages.TryNext(out var message) ? message.Text : string.Empty, Is.EqualTo(before));
        Assert.That(handler.Messages.Count, Is.Zero);
    }

    [Test]
    public async Task Compressed_answers_begin_at_the_threshold()
    {
        var handler = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(handler);
        await using var client = server.CreateClient(new RawClientOptions { Headers = [new("Accept-Encoding", "br, gzip, deflate")] });
        await client.HandshakeAsync();
        var session = await handler.Opened.NextAsync();

        session.TrySendText(new string('x', 1022));
        Assert.That((await client.SendGetAsync()).Header("Content-Encoding"), Is.Null);
        session.TrySendText(new string('x', 1023));
        Assert.That((await client.SendGetAsync()).Header("Content-Encoding"), Is.EqualTo("gzip"));
        session.TrySend(EncodedMessage.Text(new string('x', 5000)).WithoutCompression());
        Assert.That((await client.SendGetAsync()).Header("Content-Encoding"), Is.Null);
    }

    [Test]
    public async Task Base64_clients_get_the_same_as_others_on_polling()
    {
        await using var server = await EngineTestServer.StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient(new RawClientOptions { Query = "b64=1" });
        await client.HandshakeAsync();

        await client.PostAsync("bAQID");

        Assert.That(await client.GetAsync(), Is.EqualTo("bAQID"));
    }

    private static async Task<RawResponse> SendAsync(RawEngineIOClient client, string body, bool isChunked)
    {
        if (!isChunked)
        {
            return await client.SendPostAsync(body);
        }

        await using var connection = await client.OpenConnectionAsync();
        await connection.WriteHeadAsync($"POST {client.Target("polling")} HTTP/1.1", "Transfer-Encoding: chunked");
        foreach (var part in body.Chunk(300))
        {
            await connection.WriteAsync($"{part.Length:x}\r\n{new string(part)}\r\n");
        }

        await connection.WriteAsync("0\r\n\r\n");
        return await connection.ReadResponseAsync();
    }
}
