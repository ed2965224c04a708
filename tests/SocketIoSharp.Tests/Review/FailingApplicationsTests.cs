using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Review;

/// <summary>What the application gets wrong leaves nothing behind: nobody waits for ever, nothing is counted twice, nothing is silent.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FailingApplicationsTests
{
    private readonly Inbox<IServerSocket> _connected = new();
    private readonly Inbox<string> _happened = new();

    [Test]
    public async Task An_answer_at_whose_reading_a_type_throws_ends_the_wait()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync();
        var socket = await _connected.NextAsync();

        var answering = socket.EmitWithAckAsync<Person>("q");
        await client.ReceiveAsync();
        await client.SendAsync("430[{}]");

        Assert.That(async () => await answering.Soon(), Throws.TypeOf<NullReferenceException>());
    }

    [Test]
    public async Task An_answer_to_a_broadcast_at_whose_reading_a_type_throws_is_missing()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync();
        await _connected.NextAsync();

        var answering = server.IO.Timeout(TimeSpan.FromMinutes(5)).EmitWithAckAsync<Person>("q");
        await client.ReceiveAsync();
        await client.SendAsync("430[{}]");

        var answers = await answering.Soon();
        Assert.That(answers.Responses, Is.Empty);
        Assert.That(answers.IsComplete, Is.False);
    }

    [Test]
    public async Task A_client_is_refused_although_the_details_cannot_be_written()
    {
        await using var server = await StartAsync(io => io.Use((_, _) => throw new ConnectionRefusedException("not today", (object)new Action(() => { }))));
        await using var client = await server.OpenAsync();

        await client.SendAsync("40");

        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("""44{"message":"not today"}"""));
        Assert.That(server.Log.Of("DetailsFailed"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_adapter_that_throws_while_a_client_joins_refuses_it_and_counts_nobody()
    {
        await using var server = await StartAsync(options: options => options.AdapterFactory = static context => new ThrowingAdapter(context) { IsJoining = true });
        await using var client = await server.OpenAsync();

        await client.SendAsync("40");
        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("""44{"message":"Connection failed"}"""));
        await client.SendAsync("40");
        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("""44{"message":"Connection failed"}"""), "the place is free again");

        Assert.That(((SocketIOServer)server.IO).IsEmpty, Is.True);
        Assert.That(server.IO.Adapter.Table.Count, Is.Zero);
    }

    [Test]
    public async Task An_adapter_that_throws_while_a_client_leaves_does_not_keep_its_handlers_from_running()
    {
        await using var server = await StartAsync(
            io => io.OnConnection(socket => socket.OnDisconnect(reason => _happened.Add(reason.Text))),
            options => options.AdapterFactory = static context => new ThrowingAdapter(context) { IsLeaving = true });
        await using var client = await server.ConnectAsync();

        await client.SendAsync("41");

        Assert.That(await _happened.NextAsync(), Is.EqualTo("client namespace disconnect"));
        Assert.That(((SocketIOServer)server.IO).IsEmpty, Is.True);
        Assert.That(server.Log.Of("AdapterFailed"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_middleware_that_throws_is_not_silent([Values] bool isListening)
    {
        await using var server = await StartAsync(io => io.OnConnection(socket =>
        {
            socket.Use((_, _) => throw new InvalidOperationException("no"));
            socket.OnAny(socketEvent => _happened.Add(socketEvent.Name));
            if (isListening)
            {
                socket.OnError(error => _happened.Add(error.Message));
            }
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("""42["a"]""", """42["b"]""");

        Assert.That(await _happened.NextAsync(), Is.EqualTo("a"));
        Assert.That(await _happened.NextAsync(), Is.EqualTo(isListening ? "no" : "b"));
        Assert.That(server.Log.Of("MiddlewareFailed").Any(), Is.Not.EqualTo(isListening));
    }

    [Test]
    public async Task One_event_that_is_larger_than_the_bound_may_wait()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.On("slow", () => release.Task);
                socket.On("large", (string text) => _happened.Add($"{text.Length}"));
                socket.OnWithAck("next", () => 1);
            }),
            static options =>
            {
                options.MaxQueuedBytesPerClient = 1_000;
                options.MaxQueuedBytesWhileAwaitingAck = 1_000;
            });
        await using var client = await server.ConnectAsync();
        var socket = (ServerSocket)await _connected.NextAsync();
        await client.SendTogetherAsync("""42["slow"]""", $"""42["large","{new string('x', 5_000)}"]""");
        await Eventually.True(() => socket.Connection.QueuedBytes > 5_000);

        release.SetResult();

        Assert.That(await _happened.NextAsync(), Is.EqualTo("5000"));
        await client.SendAsync("""421["next"]""");
        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("431[1]"));
    }

    [Test]
    public async Task Adapters_are_closed_although_a_handler_does_not_end()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(
            io => io.OnConnection(socket => socket.OnDisconnect(_ => release.Task)),
            options => options.AdapterFactory = context => new ThrowingAdapter(context) { Closed = () => _happened.Add("closed") });
        await using var client = await server.ConnectAsync();
        await _connected.NextAsync();
        using var source = new CancellationTokenSource();

        var closing = server.IO.CloseAsync(source.Token);
        await source.CancelAsync();

        Assert.That(async () => await closing.Soon(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await _happened.NextAsync(), Is.EqualTo("closed"));
        release.SetResult();
    }

    private Task<SocketIOTestServer> StartAsync(Action<ISocketIOServer>? configure = null, Action<SocketIOOptions>? options = null)
        => SocketIOTestServer.StartAsync(
            io =>
            {
                configure?.Invoke(io);
                io.OnConnection(_connected.Add);
            },
            options,
            allowErrors: true);


    /// <summary>An ordinary type, which a client can make throw by leaving something out.</summary>
    private sealed class Person(string name)
    {
        public string Name { get; } = name.Trim();
    }

    private sealed class ThrowingAdapter(AdapterContext context) : Adapter(context)
    {
        public bool IsJoining { get; init; }

        public bool IsLeaving { get; init; }

        public Action? Closed { get; init; }

        public override Task AddAsync(string socketId, IReadOnlyCollection<string> rooms)
            => IsJoining ? throw new InvalidOperationException("joining") : base.AddAsync(socketId, rooms);

        public override Task RemoveAllAsync(string socketId)
        {
            _ = base.RemoveAllAsync(socketId);
            return IsLeaving ? throw new InvalidOperationException("leaving") : Task.CompletedTask;
        }

        public override Task CloseAsync(CancellationToken cancellationToken)
        {
            Closed?.Invoke();
            return Task.CompletedTask;
        }
    }
}
