using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>Events and acknowledgements on the main namespace, in the literal wire.</summary>
public sealed class EventsAndAcknowledgementsTests
{
    [Test]
    public async Task An_event_reaches_its_handler_and_is_acknowledged()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnWithAck("sum", (int a, int b) => a + b)));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("4213[\"sum\",1,2]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("4313[3]"));
    }

    [Test]
    public async Task An_asynchronous_handler_is_acknowledged_when_it_is_done()
    {
        var gate = new TaskCompletionSource<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnWithAck("wait", (string _) => gate.Task)));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("420[\"wait\",\"now\"]");
        gate.SetResult("done");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("430[\"done\"]"));
    }

    [Test]
    public async Task What_is_emitted_in_the_connection_handler_follows_the_reply()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.EmitAsync("welcome", 1, "h€llo", null, true)));
        await using var client = await server.ConnectAsync();

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("42[\"welcome\",1,\"h€llo\",null,true]"));
    }

    [Test]
    public async Task An_emit_of_the_server_reaches_every_client()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var first = await server.ConnectAsync();
        await using var second = await server.ConnectAsync();

        await server.IO.EmitAsync("news", 1);

        Assert.That(await first.ReceiveAsync(), Is.EqualTo("42[\"news\",1]"));
        Assert.That(await second.ReceiveAsync(), Is.EqualTo("42[\"news\",1]"));
    }

    [Test]
    public async Task A_registration_that_was_disposed_is_not_called_any_more()
    {
        var registrations = new Inbox<IDisposable>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            var registration = socket.OnWithAck("old", (int x) => x);
            socket.OnWithAck("new", (int x) => x);
            registrations.Add(registration);
        }));
        await using var client = await server.ConnectAsync();

        (await registrations.NextAsync()).Dispose();
        await client.SendAsync("421[\"old\",1]");
        await client.SendAsync("422[\"new\",2]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[2]"));
    }

    [Test]
    public async Task A_handler_whose_arguments_do_not_fit_does_not_run_and_the_connection_stays()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnWithAck("sum", (int a, int b) => a + b)));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"sum\",\"x\",{}]");
        await client.SendAsync("422[\"sum\",1]");
        await client.SendAsync("423[\"sum\",1,2,3]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("433[3]"));
    }

    [Test]
    public async Task A_handler_that_throws_is_logged_and_not_acknowledged()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.OnWithAck("bad", (int x) => x / (x - x));
                socket.OnWithAck("good", (int x) => x);
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendAsync("421[\"bad\",1]");
        await client.SendAsync("422[\"good\",2]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[2]"));
        Assert.That(server.Log.Errors, Has.Count.EqualTo(1));
    }

    [TestCase("42[\"connect\"]")]
    [TestCase("42[\"disconnecting\"]")]
    [TestCase("42[true]")]
    [TestCase("42{}")]
    [TestCase("42[\"x\"")]
    [TestCase("42[\"x\"]]")]
    [TestCase("47")]
    [TestCase("4")]
    [TestCase("44{\"message\":\"no\"}")]
    [TestCase("40")]
    [TestCase("42/admin,[\"x\"]")]
    [TestCase("42999999999999999999999[\"x\"]")]
    public async Task A_packet_that_is_not_allowed_closes_the_connection(string packet)
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var client = await server.ConnectAsync();

        await client.SendAsync(packet);

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
    }

    [Test]
    public async Task An_event_before_the_connection_closes_it()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var client = await server.OpenAsync();

        await client.SendAsync("42[\"x\"]");

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
    }

    [Test]
    public async Task An_unknown_namespace_is_refused_and_the_connection_stays()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var client = await server.ConnectAsync();

        await client.SendAsync("40/nope,{\"token\":1}");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("44/nope,{\"message\":\"Invalid namespace\"}"));
    }

    [Test]
    public async Task A_client_that_leaves_is_gone_for_its_reason_and_may_come_back()
    {
        var reasons = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnDisconnect(reason => reasons.Add(reason.Text))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("41");
        Assert.That(await reasons.NextAsync(), Is.EqualTo("client namespace disconnect"));

        await client.SendAsync("40");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40{\"sid\":"));
    }

    [Test]
    public async Task A_socket_that_the_server_disconnects_is_told([Values] bool closeConnection)
    {
        var reasons = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.OnDisconnect(reason => reasons.Add(reason.Text));
            socket.On("leave", (bool close) => socket.DisconnectAsync(close));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync($"42[\"leave\",{(closeConnection ? "true" : "false")}]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("41"));
        Assert.That(await reasons.NextAsync(), Is.EqualTo("server namespace disconnect"));
        if (closeConnection)
        {
            Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        }
    }

    [Test]
    public async Task A_lost_connection_ends_its_socket()
    {
        var reasons = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnDisconnect(reason => reasons.Add(reason.Text))));
        await using var client = await server.ConnectAsync();

        client.Reset();

        Assert.That(await reasons.NextAsync(), Is.EqualTo("transport close"));
    }

    [Test]
    public async Task A_client_that_joins_no_namespace_is_closed_after_the_connect_timeout()
    {
        var time = new ManualTimeProvider();
        await using var server = await SocketIOTestServer.StartAsync(_ => { }, options => options.PingInterval = TimeSpan.FromMinutes(5), time);
        await using var joined = await server.ConnectAsync();
        await using var idle = await server.OpenAsync();
        await Eventually.True(() => server.IO.Engine.ClientsCount == 2);

        time.Advance(TimeSpan.FromSeconds(46));

        Assert.That(await idle.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        await Eventually.True(() => server.IO.Engine.ClientsCount == 1);
    }

    [Test]
    public async Task Reserved_names_cannot_be_emitted_or_handled()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
            Assert.Throws<ArgumentException>(() => socket.On("disconnect", (JsonElement _) => { }))));
        await using var client = await server.ConnectAsync();

        Assert.That(() => server.IO.EmitAsync("connect_error"), Throws.ArgumentException);
    }
}
