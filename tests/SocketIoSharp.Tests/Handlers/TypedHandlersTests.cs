using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>What typed handlers are given, and when they answer.</summary>
public sealed class TypedHandlersTests
{
    [TestCase("[\"x\",1,\"two\",true,null,[1,2],{\"id\":7}]", "1 two True  2 7")]
    [TestCase("[\"x\",1.0,\"\\u20ac\",false,0.5,[],{\"id\":0,\"more\":1}]", "1 € False 0.5 0 0")]
    public async Task Arguments_are_read_at_the_types_of_the_parameters(string json, string expected)
    {
        var ran = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
            socket.On("x", (double number, string text, bool flag, double? nullable, int[] list, Item item)
                => ran.Add(FormattableString.Invariant($"{number} {text} {flag} {nullable} {list.Length} {item.Id}")))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42" + json);

        Assert.That(await ran.NextAsync(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Arguments_that_are_left_out_are_null_where_the_type_has_null()
    {
        var ran = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
            socket.On("x", (string? text, int? number, Item? item, JsonElement? json) => ran.Add($"{text is null} {number is null} {item is null} {json is null}"))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"x\"]");

        Assert.That(await ran.NextAsync(), Is.EqualTo("True True True True"));
    }

    [TestCase("421[\"x\"]", "Argument 1 is missing; the handler wants Int32.")]
    [TestCase("421[\"x\",1]", "Argument 2 is missing; the handler wants Int32.")]
    [TestCase("421[\"x\",1,\"two\"]", "Argument 2 does not fit Int32")]
    [TestCase("421[\"x\",{},2]", "Argument 1 does not fit Int32")]
    [TestCase("421[\"x\",1,null]", "Argument 2 does not fit Int32")]
    public async Task Arguments_that_do_not_fit_are_told_to_OnError_and_the_handler_does_not_run(string packet, string message)
    {
        var errors = new Inbox<Exception>();
        var hasRun = false;
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.OnError(errors.Add);
            socket.OnWithAck("x", (int a, int b) => hasRun = true);
            socket.OnWithAck("ok", () => "ok");
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync(packet);
        await client.SendAsync("422[\"ok\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[\"ok\"]"), "no answer, and the connection stays");
        Assert.That(await errors.NextAsync(), Is.InstanceOf<EventArgumentException>().With.Message.StartsWith(message));
        Assert.That(hasRun, Is.False);
    }

    [Test]
    public async Task A_handler_whose_arguments_do_not_fit_does_not_keep_the_others_from_running()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("x", (int _) => { });
            socket.OnWithAck("x", (string text) => text);
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"x\",\"one\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"one\"]"));
    }

    [Test]
    public async Task Every_handler_of_an_event_reads_the_arguments_from_the_start_and_the_first_answer_counts()
    {
        var ran = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("x", (string first) => ran.Add(first));
            socket.OnWithAck("x", (string first, string second) => first + second);
            socket.OnWithAck("x", (EventArguments all) => all.Count);
            socket.OnWithAck("y", () => "after");
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"x\",\"a\",\"b\"]");
        await client.SendAsync("422[\"y\"]");

        Assert.That(await ran.NextAsync(), Is.EqualTo("a"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"ab\"]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[\"after\"]"));
    }

    [Test]
    public async Task An_event_nobody_waits_for_is_not_answered()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.OnWithAck("x", () => "lost");
            socket.OnWithAck("later", async () =>
            {
                await Task.Yield();
                return "lost";
            });
            socket.On("by hand", (Ack ack) => ack.SendAsync(ack.IsExpected));
            socket.OnWithAck("y", () => "kept");
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"x\"]", "42[\"later\"]", "42[\"by hand\"]", "422[\"y\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[\"kept\"]"));
    }

    [Test]
    public async Task On_never_answers()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("x", () => Task.FromResult("not an answer"));
            socket.OnWithAck("y", () => "answer");
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("421[\"x\"]", "422[\"y\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[\"answer\"]"));
    }

    [Test]
    public async Task An_ack_parameter_answers_with_any_arguments_once_and_late()
    {
        var acks = new Inbox<Ack>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.On("x", (string _, Ack ack) => acks.Add(ack))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("4213[\"x\",\"one\"]");
        var ack = await acks.NextAsync();
        await ack.SendAsync(null, "value", 3);
        await ack.SendAsync("ignored");
        await client.SendAsync("4214[\"x\",\"one\"]");
        await (await acks.NextAsync()).SendAsync();

        Assert.That(ack.IsExpected, Is.True);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4313[null,\"value\",3]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4314[]"));
    }

    [Test]
    public async Task A_handler_with_an_answer_may_answer_earlier_by_hand()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.OnWithAck("x", (Ack ack) =>
            {
                _ = ack.SendAsync("by hand");
                return "returned";
            });
            socket.OnWithAck("y", () => "next");
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("421[\"x\"]", "422[\"y\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"by hand\"]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[\"next\"]"));
    }

    [Test]
    public async Task A_cancellation_token_ends_with_the_client()
    {
        var tokens = new Inbox<CancellationToken>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
            socket.On("x", (string _, CancellationToken cancellation) => tokens.Add(cancellation))));
        await using var client = await server.ConnectAsync();
        await client.SendAsync("42[\"x\",\"one\"]");
        var token = await tokens.NextAsync();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(cancelled.SetResult);
        Assert.That(token.IsCancellationRequested, Is.False);

        await client.SendAsync("41");

        await cancelled.Task.Soon();
    }

    [Test]
    public async Task The_parameters_that_are_no_arguments_may_stand_anywhere()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
            socket.On("x", (CancellationToken cancellation, string first, Ack ack, string second, EventArguments rest)
                => ack.SendAsync(first, second, rest.Count, rest[0].Get<int>(), cancellation.CanBeCanceled))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"x\",\"a\",\"b\",3,4]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"a\",\"b\",2,3,true]"));
    }

    [Test]
    public async Task An_argument_may_be_kept_as_it_came_and_be_sent_on()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
            socket.On("x", async (EventArgument argument) =>
            {
                await Task.Yield();
                await socket.EmitAsync("y", argument);
            })));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"x\",{\"a\" : [1, 2.50, \"€\"]}]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("42[\"y\",{\"a\" : [1, 2.50, \"€\"]}]"));
    }

    [Test]
    public async Task A_task_that_fails_is_logged_and_not_answered([Values] bool isFailedAtOnce)
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.OnWithAck("x", FailAsync);
                socket.OnWithAck("y", () => "next");
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("421[\"x\"]", "422[\"y\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[\"next\"]"));
        Assert.That(server.Log.Errors, Has.Count.EqualTo(1));
        Assert.That(server.Log.Errors[0].Exception?.Message, Is.EqualTo("no"));

        async Task<string> FailAsync()
        {
            if (!isFailedAtOnce)
            {
                await Task.Yield();
            }

            throw new InvalidOperationException("no");
        }
    }

    [Test]
    public async Task Once_and_a_disposed_registration_are_gone_from_the_names()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.Once("once", () => { });
            socket.On("disposed", () => { }).Dispose();
            socket.OnWithAck("names", () => socket.EventNames.Order(StringComparer.Ordinal).ToArray());
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("421[\"names\"]", "42[\"once\"]", "422[\"names\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[[\"names\",\"once\"]]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[[\"names\"]]"));
    }

    private sealed record Item(int Id);
}
