using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>What the application throws is logged once, closes nothing and answers nothing.</summary>
public sealed class HandlerFailureTests
{
    [Test]
    public async Task A_handler_that_fails_is_logged_once_and_the_next_event_is_handled([Values] bool isAsync, [Values] bool answers)
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                if (answers)
                {
                    socket.OnWithAck("bad", () => isAsync ? FailLaterAsync<int>() : throw new TimeoutException("on purpose"));
                }
                else
                {
                    socket.On("bad", () => isAsync ? FailLaterAsync<int>() : throw new TimeoutException("on purpose"));
                }

                socket.OnWithAck("good", () => 1);
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("420[\"bad\"]", "421[\"good\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[1]"));
        AssertOneError(server, "HandlerFailed", "\"bad\"");
    }

    [Test]
    public async Task A_connection_handler_that_fails_leaves_the_socket_as_it_is([Values] bool isAsync)
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io =>
            {
                io.OnConnection(socket =>
                {
                    socket.OnWithAck("e", () => 1);
                    return isAsync ? FailLaterAsync<int>() : throw new TimeoutException("on purpose");
                });
                io.OnConnection(socket => socket.OnWithAck("f", () => 2));
            },
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("420[\"e\"]", "421[\"f\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("430[1]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[2]"), "the other connection handlers run");
        AssertOneError(server, "ConnectionHandlerFailed", "/");
    }

    [Test]
    public async Task A_handler_of_the_leaving_that_fails_does_not_stop_the_others([Values] bool isAsync)
    {
        var steps = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.OnDisconnect(_ => isAsync ? FailLaterAsync<int>() : throw new TimeoutException("on purpose"));
                socket.OnDisconnect(_ => steps.Add("second"));
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("41");

        Assert.That(await steps.NextAsync(), Is.EqualTo("second"));
        AssertOneError(server, "ListenerFailed", "OnDisconnect ");
    }

    [Test]
    public async Task A_listener_before_the_leaving_that_fails_does_not_stop_the_handlers_of_the_leaving()
    {
        var steps = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.OnDisconnecting((_, _) => throw new TimeoutException("on purpose"));
                socket.OnDisconnect(_ => steps.Add("disconnect"));
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("41");

        Assert.That(await steps.NextAsync(), Is.EqualTo("disconnect"));
        AssertOneError(server, "ListenerFailed", "OnDisconnecting");
    }

    [Test]
    public async Task A_listener_for_everything_that_fails_does_not_keep_the_event_from_its_handler([Values] bool isAsync)
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.OnAny(_ => isAsync ? FailLaterAsync<int>() : throw new TimeoutException("on purpose"));
                socket.OnWithAck("e", () => 1);
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("420[\"e\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("430[1]"));
        AssertOneError(server, "ListenerFailed", "OnAny");
    }

    [Test]
    public async Task A_listener_for_everything_that_goes_out_that_fails_does_not_keep_the_event_from_the_client()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.OnAnyOutgoing(_ => throw new TimeoutException("on purpose"));
                return socket.EmitAsync("e");
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("42[\"e\"]"));
        AssertOneError(server, "ListenerFailed", "OnAnyOutgoing");
    }

    [Test]
    public async Task A_middleware_of_the_socket_that_throws_tells_OnError_alone([Values] bool isAsync)
    {
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.Use((socketEvent, next) => socketEvent.Name == "good" ? next() : isAsync ? FailLaterAsync<int>() : throw new TimeoutException("on purpose"));
            socket.OnError(error => errors.Add(error.Message));
            socket.OnWithAck("bad", () => 0);
            socket.OnWithAck("good", () => 1);
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("420[\"bad\"]", "421[\"good\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[1]"));
        Assert.That(await errors.NextAsync(), Is.EqualTo("on purpose"));
        Assert.That(errors.Count, Is.Zero);
    }

    [Test]
    public async Task An_error_handler_that_fails_is_logged()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.OnError(_ => throw new TimeoutException("on purpose"));
                socket.On("e", (int _) => { });
                socket.OnWithAck("good", () => 1);
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("420[\"e\",\"no number\"]", "421[\"good\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[1]"));
        AssertOneError(server, "ListenerFailed", "OnError");
    }

    [Test]
    public async Task A_callback_of_the_token_that_fails_is_logged_and_the_leaving_goes_on()
    {
        var steps = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.Disconnected.Register(() => throw new TimeoutException("on purpose"));
                socket.OnDisconnect(reason => steps.Add(reason.Text));
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("41");

        Assert.That(await steps.NextAsync(), Is.EqualTo("client namespace disconnect"));
        AssertOneError(server, "CallbackFailed", "token");
    }

    [Test]
    public async Task A_handler_that_ends_because_its_client_has_gone_is_no_error()
    {
        var steps = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("ask me", () => socket.EmitWithAckAsync<int>("question"));
            socket.OnDisconnect(reason => steps.Add(reason.Text));
        }));
        await using var client = await server.ConnectAsync();
        await client.SendAsync("42[\"ask me\"]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"question\"]"));

        await client.SendAsync("41");

        Assert.That(await steps.NextAsync(), Is.EqualTo("client namespace disconnect"));
        Assert.That(server.Log.Errors, Is.Empty);
    }

    private static async Task<T> FailLaterAsync<T>()
    {
        await Task.Yield();
        throw new TimeoutException("on purpose");
    }

    private static void AssertOneError(SocketIOTestServer server, string eventName, string part)
    {
        Assert.That(server.Log.Errors, Has.Count.EqualTo(1));
        Assert.That(server.Log.Errors[0].EventName, Is.EqualTo(eventName));
        Assert.That(server.Log.Errors[0].Message, Does.Contain(part));
        Assert.That(server.Log.Errors[0].Exception, Is.Not.Null);
    }
}
