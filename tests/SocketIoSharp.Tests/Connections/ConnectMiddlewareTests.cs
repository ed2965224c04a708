using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Connections;

/// <summary>What middlewares of a namespace can do with a client that wants to connect.</summary>
public sealed class ConnectMiddlewareTests
{
    [Test]
    public async Task Middlewares_nest_in_the_order_of_their_registration()
    {
        var steps = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Use(Step("1")).Use(Step("2"));
            io.Use(Step("3"));
            io.OnConnection(_ => steps.Add("connected"));
        });

        await using var client = await server.ConnectAsync();

        foreach (var step in new[] { "1 in", "2 in", "3 in", "3 out", "2 out", "1 out", "connected" })
        {
            Assert.That(await steps.NextAsync(), Is.EqualTo(step));
        }

        Func<IServerSocket, Func<Task>, Task> Step(string name) => async (socket, next) =>
        {
            Assert.That(socket.Connected, Is.False);
            await Task.Yield();
            steps.Add(name + " in");
            await next();
            steps.Add(name + " out");
        };
    }

    [Test]
    public async Task The_first_refusal_ends_the_chain()
    {
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Use(static (_, _) => throw new ConnectionRefusedException("not ok"));
            io.Use(static (socket, next) =>
            {
                Assert.Fail("This must not run.");
                return next();
            });
        });
        await using var client = await server.OpenAsync();

        await client.SendAsync("40");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44{\"message\":\"not ok\"}"));
    }

    [Test]
    public async Task A_refusal_carries_its_details_and_leaves_the_connection_open([Values] bool isPolling)
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.Of("/mw").Use((socket, next)
            => socket.Handshake.GetAuth<Credentials>() is { Token: "good" }
                ? next()
                : throw new ConnectionRefusedException("not ok", new RetryHint(30, "wait \"a bit\""))));
        await using var client = await ProtocolClient.OpenAsync(server.Address, isPolling);

        await client.SendAsync("40/mw,");
        await client.AssertNextAsync("44/mw,{\"message\":\"not ok\",\"data\":{\"seconds\":30,\"text\":\"wait \\\"a bit\\\"\"}}");

        await client.JoinAsync("/mw,", "{\"token\":\"good\"}");
    }

    [Test]
    public async Task Details_that_cannot_be_sent_do_not_keep_the_refusal_back()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.Use(static (_, _) => throw new ConnectionRefusedException("not ok", (object)typeof(string))),
            allowErrors: true);
        await using var client = await server.OpenAsync();

        await client.SendAsync("40");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44{\"message\":\"not ok\"}"));
        Assert.That(server.Log.Errors.Single().EventName, Is.EqualTo("DetailsFailed"));
    }

    [Test]
    public async Task Other_exceptions_are_logged_and_clients_are_told_nothing_of_them([Values] bool isDetailed)
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.Use(static (_, _) => Task.FromException(new InvalidOperationException("secret"))),
            options => options.EnableDetailedErrors = isDetailed,
            allowErrors: true);
        await using var client = await server.OpenAsync();

        await client.SendAsync("40");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo(isDetailed ? "44{\"message\":\"secret\"}" : "44{\"message\":\"Connection failed\"}"));
        Assert.That(server.Log.Errors.Single().Exception, Is.TypeOf<InvalidOperationException>());
    }

    [Test]
    public async Task Returning_without_next_refuses_the_client_and_warns_once()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.Use(static (_, _) => Task.CompletedTask));
        await using var client = await server.OpenAsync();

        await client.SendAsync("40");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44{\"message\":\"Connection refused\"}"));
        var warning = server.Log.Lines.Single(static line => line.Level == LogLevel.Warning && line.Category.StartsWith("SocketIoSharp", StringComparison.Ordinal));
        Assert.That(warning.EventName, Is.EqualTo("MiddlewareDidNotCallNext"));
    }

    [Test]
    public async Task A_middleware_may_call_next_without_waiting_for_it()
    {
        var gate = new TaskCompletionSource();
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Use(static (socket, next) =>
            {
                _ = next();
                return Task.CompletedTask;
            });
            io.Use(async (_, next) =>
            {
                await gate.Task;
                await next();
            });
        });
        await using var client = await ProtocolClient.OpenAsync(server.Address);

        var joining = client.JoinAsync();
        gate.SetResult();

        Assert.That(await joining, Does.Match("^[\\w-]{20}$"));
    }

    [Test]
    public async Task What_a_middleware_sends_comes_before_the_reply([Values] bool isPolling)
    {
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Use(static async (socket, next) =>
            {
                await socket.EmitAsync("early", 1);
                await next();
            });
            io.OnConnection(static socket => socket.EmitAsync("late", 2));
        });
        await using var client = await ProtocolClient.OpenAsync(server.Address, isPolling);

        await client.SendAsync("40");

        await client.AssertNextAsync("42[\"early\",1]");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40{\"sid\":"));
        await client.AssertNextAsync("42[\"late\",2]");
    }

    [Test]
    public async Task Rooms_that_a_middleware_has_joined_are_kept_by_a_client_that_gets_in()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.Use(Join("early")));
        await using var client = await ProtocolClient.OpenAsync(server.Address);

        var id = await client.JoinAsync();

        Assert.That(server.IO.Adapter.GetRooms(id), Is.EquivalentTo(new[] { id, "early" }));
        await server.IO.To("early").EmitAsync("x");
        await client.AssertNextAsync("42[\"x\"]");
    }

    [Test]
    public async Task A_client_that_is_refused_has_joined_nothing()
    {
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Use(Join("early"));
            io.Use(static (_, _) => throw new ConnectionRefusedException("no"));
        });
        await using var client = await server.OpenAsync();

        await client.SendAsync("40");

        Assert.That(await client.ReceiveAsync(), Does.StartWith("44"));
        Assert.That(server.IO.Adapter.Rooms, Is.Empty);
        Assert.That(server.IO.Sockets, Is.Empty);
    }

    [Test]
    public async Task A_connection_that_ends_while_a_middleware_runs_leaves_nothing_behind([Values] bool throws)
    {
        var isRunning = new TaskCompletionSource();
        var handled = 0;
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Use(Join("early"));
            io.Use(async (socket, next) =>
            {
                isRunning.SetResult();
                var ended = new TaskCompletionSource();
                await using var registration = socket.Disconnected.Register(ended.SetResult);
                await ended.Task;
                if (throws)
                {
                    socket.Disconnected.ThrowIfCancellationRequested();
                }

                await next();
            });
            io.OnConnection(socket => { handled++; });
        });
        await using var client = await server.OpenAsync();

        await client.SendAsync("40");
        await isRunning.Task.Soon();
        Assert.That(server.IO.Adapter.Rooms, Is.EqualTo(new[] { "early" }));
        client.Reset();

        await Eventually.True(() => server.IO.Adapter.Rooms.Count == 0 && server.IO.Engine.ClientsCount == 0);
        Assert.That(server.IO.Sockets, Is.Empty);
        Assert.That(handled, Is.Zero);
    }

    [Test]
    public async Task A_client_is_not_in_a_broadcast_or_a_list_before_it_is_connected()
    {
        var isRunning = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        await using var server = await SocketIOTestServer.StartAsync(io => io.Use(async (_, next) =>
        {
            isRunning.SetResult();
            await gate.Task;
            await next();
        }));
        await using var client = await ProtocolClient.OpenAsync(server.Address);

        var joining = client.JoinAsync();
        await isRunning.Task.Soon();
        await server.IO.EmitAsync("too early");
        Assert.That(await server.IO.FetchSocketsAsync(), Is.Empty);
        Assert.That(server.IO.Sockets, Is.Empty);
        gate.SetResult();
        var id = await joining;

        await client.AssertQuietAsync(server, id);
    }

    [Test]
    public async Task An_event_right_behind_the_reply_of_a_slow_connect_is_handled()
    {
        const int Clients = 50;
        await using var server = await SocketIOTestServer.StartAsync(io =>
        {
            io.Use(static async (_, next) =>
            {
                await Task.Yield();
                await next();
            });
            io.OnConnection(static socket => socket.OnWithAck("now", static () => true));
        });

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            await using var client = await ProtocolClient.ConnectAsync(server);
            await client.SendAsync("420[\"now\"]");
            await client.AssertNextAsync("430[true]");
        })));
    }

    private static Func<IServerSocket, Func<Task>, Task> Join(string room) => async (socket, next) =>
    {
        await socket.JoinAsync(room);
        await next();
    };

    private sealed record Credentials(string Token);

    private sealed record RetryHint(int Seconds, string Text);
}
