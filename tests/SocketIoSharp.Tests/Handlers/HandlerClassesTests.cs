using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>Handler classes: what they are given, how long they live, and what happens when they fail.</summary>
public sealed class HandlerClassesTests
{
    [Test]
    public async Task Events_reach_the_methods_with_their_arguments_and_answers_come_back()
    {
        await using var server = await StartAsync(static io => io.UseHandler<ChatHandler>());
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"say\",\"hello\",3]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("42[\"said\",\"hello\",3]"));
        await client.SendAsync("421[\"sum\",1,2]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[3]"));
        await client.SendAsync("422[\"sum later\",1,2]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[3]"));
        await client.SendAsync("423[\"by hand\",\"x\"]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("433[null,\"x\"]"));
    }

    [Test]
    public async Task Every_event_gets_an_instance_and_a_scope_of_its_own_that_end_with_it()
    {
        var journal = new Journal();
        await using var server = await StartAsync(static io => io.UseHandler<ChatHandler>(), journal);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("421[\"visit\"]", "422[\"visit\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[2]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[3]"));
        Assert.That(
            await journal.TakeAsync(9),
            Is.EqualTo(new[]
            {
                "visit 1 begins", "connected in visit 1", "handler of visit 1 ends", "visit 1 ends",
                "visit 2 begins", "handler of visit 2 ends", "visit 2 ends",
                "visit 3 begins", "handler of visit 3 ends",
            }));
    }

    [Test]
    public async Task The_scope_lasts_until_the_task_of_the_handler_is_done()
    {
        var journal = new Journal();
        await using var server = await StartAsync(static io => io.UseHandler<ChatHandler>(), journal);
        await using var client = await server.ConnectAsync();
        await journal.TakeAsync(4);
        await client.SendAsync("421[\"wait\"]");
        Assert.That(await journal.TakeAsync(2), Is.EqualTo(new[] { "visit 2 begins", "waiting in visit 2" }));
        Assert.That(journal.IsEmpty, Is.True);

        journal.Gate.SetResult();

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[2]"));
        Assert.That(await journal.TakeAsync(2), Is.EqualTo(new[] { "handler of visit 2 ends", "visit 2 ends" }));
    }

    [TestCase("throw")]
    [TestCase("throw later")]
    public async Task A_handler_that_throws_ends_its_scope_is_logged_and_sends_no_answer(string eventName)
    {
        var journal = new Journal();
        await using var server = await StartAsync(static io => io.UseHandler<ChatHandler>(), journal, allowErrors: true);
        await using var client = await server.ConnectAsync();
        await journal.TakeAsync(4);

        await client.SendTogetherAsync($"421[\"{eventName}\"]", "422[\"sum\",1,2]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[3]"));
        Assert.That(await journal.TakeAsync(3), Is.EqualTo(new[] { "visit 2 begins", "handler of visit 2 ends", "visit 2 ends" }));
        Assert.That(server.Log.Errors.Select(static line => line.Exception?.Message), Is.EqualTo(new[] { "no" }));
    }

    [Test]
    public async Task Arguments_that_do_not_fit_create_neither_scope_nor_instance()
    {
        var journal = new Journal();
        await using var server = await StartAsync(static io => io.UseHandler<ChatHandler>(), journal);
        await using var client = await server.ConnectAsync();
        await journal.TakeAsync(4);

        await client.SendTogetherAsync("421[\"sum\",1,\"two\"]", "42[\"say\"]", "422[\"visit\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[2]"));
    }

    [Test]
    public async Task The_end_of_a_client_gets_the_reason_in_a_scope_of_its_own()
    {
        var journal = new Journal();
        await using var server = await StartAsync(static io => io.UseHandler<ChatHandler>(), journal);
        await using var client = await server.ConnectAsync();
        await journal.TakeAsync(4);

        await client.SendAsync("41");

        Assert.That(
            await journal.TakeAsync(4),
            Is.EqualTo(new[] { "visit 2 begins", "client namespace disconnect in visit 2", "handler of visit 2 ends", "visit 2 ends" }));
    }

    [Test]
    public async Task Events_wait_for_the_connection()
    {
        var journal = new Journal();
        await using var server = await StartAsync(static io => io.UseHandler<SlowToConnectHandler>(), journal);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"x\"]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("42[\"connected\"]"));
        journal.Gate.SetResult();

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("42[\"ready\"]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"answer\"]"));
    }

    [Test]
    public async Task Several_classes_and_handlers_of_the_socket_work_side_by_side()
    {
        await using var server = await StartAsync(static io =>
        {
            io.UseHandler<ChatHandler>();
            io.UseHandler<OtherHandler>();
            io.OnConnection(static socket => socket.On("say", (string text) => socket.EmitAsync("own", text)));
        });
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"say\",\"hello\",3]");

        var answers = new[] { await client.ReceiveAsync(), await client.ReceiveAsync(), await client.ReceiveAsync() };
        Assert.That(answers, Is.EquivalentTo(new[] { "42[\"said\",\"hello\",3]", "42[\"other\",\"hello\"]", "42[\"own\",\"hello\"]" }));
    }

    [Test]
    public async Task A_class_serves_the_namespace_that_uses_it_and_knows_it()
    {
        await using var server = await StartAsync(static io => io.Of("/places").UseHandler<OtherHandler>());
        await using var client = await server.OpenAsync();
        await client.SendAsync("40/places,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/places,{\"sid\":"));

        await client.SendAsync("42/places,1[\"where\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("43/places,1[\"/places\",true]"));
    }

    [Test]
    public async Task A_policy_of_one_event_lets_only_those_users_in_who_satisfy_it()
    {
        await using var server = await StartAsync(static io =>
        {
            io.Use(static (socket, next) =>
            {
                var role = socket.Handshake.GetAuth<Dictionary<string, string>>()?.GetValueOrDefault("role") ?? "";
                socket.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("role", role)], "test"));
                return next();
            });
            io.UseHandler<GuardedHandler>();
        });
        var errors = new Inbox<Exception>();
        server.IO.OnConnection(socket => socket.OnError(errors.Add));
        await using var admin = await server.ConnectAsync("{\"role\":\"admin\"}");
        await using var guest = await server.ConnectAsync("{\"role\":\"guest\"}");

        foreach (var client in new[] { admin, guest })
        {
            await client.SendTogetherAsync("421[\"delete\"]", "422[\"read\"]");
        }

        Assert.That(await admin.ReceiveAsync(), Is.EqualTo("431[\"deleted\"]"));
        Assert.That(await admin.ReceiveAsync(), Is.EqualTo("432[\"read\"]"));
        Assert.That(await guest.ReceiveAsync(), Is.EqualTo("432[\"read\"]"), "the refused event is not answered");
        Assert.That(await errors.NextAsync(), Is.InstanceOf<UnauthorizedAccessException>().With.Message.Contains("\"delete\""));
        Assert.That(errors.Count, Is.Zero);
    }

    [Test]
    public async Task Without_a_name_the_default_policy_counts()
    {
        await using var server = await StartAsync(static io =>
        {
            io.Use(static (socket, next) =>
            {
                var isKnown = socket.Handshake.GetAuth<Dictionary<string, string>>() is { Count: > 0 };
                socket.User = new ClaimsPrincipal(new ClaimsIdentity(isKnown ? "test" : null));
                return next();
            });
            io.UseHandler<GuardedHandler>();
        });
        await using var known = await server.ConnectAsync("{\"name\":\"ann\"}");
        await using var unknown = await server.ConnectAsync();

        foreach (var client in new[] { known, unknown })
        {
            await client.SendTogetherAsync("421[\"write\"]", "422[\"read\"]");
        }

        Assert.That(await known.ReceiveAsync(), Is.EqualTo("431[\"written\"]"));
        Assert.That(await known.ReceiveAsync(), Is.EqualTo("432[\"read\"]"));
        Assert.That(await unknown.ReceiveAsync(), Is.EqualTo("432[\"read\"]"));
    }

    [Test]
    public async Task Mistakes_of_a_class_are_said_when_it_is_used()
    {
        await using var server = await StartAsync(static io =>
        {
            Assert.That(() => io.UseHandler<PolicyFirstHandler>(), Throws.InvalidOperationException.With.Message.Contains("On or OnWithAck"));
            Assert.That(() => io.UseHandler<ReservedNameHandler>(), Throws.ArgumentException.With.Message.Contains("\"disconnect\" is a reserved event name"));
            Assert.That(() => io.UseHandler<TaskAnswerHandler>(), Throws.ArgumentException.With.Message.Contains("OnWithAck"));
            Assert.That(() => ((IConnectionSource)null!).UseHandler<OtherHandler>(), Throws.ArgumentNullException);
        });
        await using var client = await server.ConnectAsync();

        Assert.That(() => new OtherHandler().Socket, Throws.InvalidOperationException.With.Message.Contains("constructor"));
    }

    [Test]
    public async Task A_service_that_is_missing_is_logged_and_the_connection_stays()
    {
        await using var server = await StartAsync(
            static io =>
            {
                io.UseHandler<NeedyHandler>();
                io.OnConnection(static socket => socket.OnWithAck("y", static () => "there"));
            },
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("421[\"x\"]", "422[\"y\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[\"there\"]"));
        Assert.That(server.Log.Errors.Select(static line => line.Exception?.Message), Has.Some.Contains(nameof(IFormatProvider)));
    }

    /// <summary>A server with the services of the classes above.</summary>
    private static Task<SocketIOTestServer> StartAsync(Action<ISocketIOServer> configure, Journal? journal = null, bool allowErrors = false)
        => SocketIOTestServer.StartAsync(configure, allowErrors: allowErrors, services: services =>
        {
            services.AddSingleton(journal ?? new Journal());
            services.AddScoped<Visit>();
            services.AddAuthorizationBuilder().AddPolicy("admins", static policy => policy.RequireClaim("role", "admin"));
        });

    private sealed class ChatHandler(Visit visit, Journal journal) : SocketHandler, ISocketHandler<ChatHandler>, IDisposable
    {
        public static void MapEvents(EventMap<ChatHandler> events) => events
            .On("say", (ChatHandler chat, string text, int count) => chat.Socket.EmitAsync("said", text, count))
            .OnWithAck("sum", (ChatHandler _, int a, int b) => a + b)
            .OnWithAck("sum later", async (ChatHandler _, int a, int b) =>
            {
                await Task.Yield();
                return a + b;
            })
            .On("by hand", (ChatHandler _, string text, Ack ack) => ack.SendAsync(null, text))
            .OnWithAck("visit", chat => chat.VisitNumber)
            .OnWithAck("wait", chat => chat.WaitAsync())
            .OnWithAck<int>("throw", chat => chat.Throw())
            .OnWithAck("throw later", chat => chat.ThrowAsync());

        public int VisitNumber => visit.Number;

        public override Task OnConnectedAsync()
        {
            journal.Write($"connected in visit {visit.Number}");
            return Task.CompletedTask;
        }

        public override async Task OnDisconnectedAsync(DisconnectReason reason)
        {
            await Task.Yield();
            journal.Write($"{reason} in visit {visit.Number}");
        }

        public void Dispose() => journal.Write($"handler of visit {visit.Number} ends");

        private async Task<int> WaitAsync()
        {
            journal.Write($"waiting in visit {visit.Number}");
            await journal.Gate.Task;
            return visit.Number;
        }

        private int Throw() => throw new InvalidOperationException("no");

        private async Task<int> ThrowAsync()
        {
            await Task.Yield();
            return Throw();
        }
    }

    private sealed class OtherHandler : SocketHandler, ISocketHandler<OtherHandler>, IAsyncDisposable
    {
        public static void MapEvents(EventMap<OtherHandler> events) => events
            .On("say", (OtherHandler other, string text) => other.Socket.EmitAsync("other", text))
            .On("where", (OtherHandler other, Ack ack) => ack.SendAsync(other.Namespace.Name, ReferenceEquals(other.IO, other.Namespace.Server)));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class SlowToConnectHandler(Journal journal) : SocketHandler, ISocketHandler<SlowToConnectHandler>
    {
        public static void MapEvents(EventMap<SlowToConnectHandler> events) => events.OnWithAck("x", static _ => "answer");

        public override async Task OnConnectedAsync()
        {
            await Socket.EmitAsync("connected");
            await journal.Gate.Task;
            await Socket.EmitAsync("ready");
        }
    }

    private sealed class GuardedHandler : SocketHandler, ISocketHandler<GuardedHandler>
    {
        public static void MapEvents(EventMap<GuardedHandler> events) => events
            .OnWithAck("delete", static _ => "deleted").RequireAuthorization("admins")
            .OnWithAck("write", static _ => "written").RequireAuthorization()
            .OnWithAck("read", static _ => "read");
    }

    private sealed class NeedyHandler(IFormatProvider missing) : SocketHandler, ISocketHandler<NeedyHandler>
    {
        public static void MapEvents(EventMap<NeedyHandler> events) => events.OnWithAck("x", needy => needy.Text);

        private string Text => 1.ToString(missing);
    }

    private sealed class PolicyFirstHandler : SocketHandler, ISocketHandler<PolicyFirstHandler>
    {
        public static void MapEvents(EventMap<PolicyFirstHandler> events) => events.RequireAuthorization("admins");
    }

    private sealed class ReservedNameHandler : SocketHandler, ISocketHandler<ReservedNameHandler>
    {
        public static void MapEvents(EventMap<ReservedNameHandler> events) => events.On("disconnect", static _ => { });
    }

    private sealed class TaskAnswerHandler : SocketHandler, ISocketHandler<TaskAnswerHandler>
    {
        public static void MapEvents(EventMap<TaskAnswerHandler> events) => events.OnWithAck("x", static _ => Task.CompletedTask);
    }

    /// <summary>A scoped service that writes down its life.</summary>
    private sealed class Visit : IAsyncDisposable
    {
        private readonly Journal _journal;

        public Visit(Journal journal)
        {
            _journal = journal;
            Number = journal.NextVisit();
            journal.Write($"visit {Number} begins");
        }

        public int Number { get; }

        public ValueTask DisposeAsync()
        {
            _journal.Write($"visit {Number} ends");
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Journal
    {
        private readonly Inbox<string> _lines = new();
        private int _visits;

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsEmpty => _lines.Count == 0;

        public int NextVisit() => Interlocked.Increment(ref _visits);

        public void Write(string line) => _lines.Add(line);

        public async Task<IReadOnlyList<string>> TakeAsync(int count)
        {
            var lines = new List<string>();
            while (lines.Count < count)
            {
                lines.Add(await _lines.NextAsync());
            }

            return lines;
        }
    }
}
