using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Connections;

/// <summary>Why clients leave, in the words of the Node server.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DisconnectReasonsTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Inbox<string> _steps = new();
    private readonly Inbox<DisconnectReason> _reasons = new();
    private readonly Inbox<IServerSocket> _connected = new();
    private SocketIOTestServer _server = null!;

    [SetUp]
    public async Task Start() => _server = await SocketIOTestServer.StartAsync(
        io =>
        {
            io.OnConnection(Observe);
            io.Of("/a").OnConnection(Observe);
        },
        time: _time);

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Transport_close_when_the_client_ends_its_websocket([Values] bool isReset)
    {
        await using var client = await ProtocolClient.ConnectAsync(_server);

        if (isReset)
        {
            client.WebSocket!.Reset();
        }
        else
        {
            await client.WebSocket!.CloseAsync();
        }

        await AssertReasonAsync("transport close", DisconnectReason.TransportClose);
    }

    [Test]
    public async Task Transport_close_when_a_polling_client_says_goodbye()
    {
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling: true);

        await client.SendAsync("1");

        await AssertReasonAsync("transport close", DisconnectReason.TransportClose);
    }

    [Test]
    public async Task Transport_error_with_details_when_a_polling_client_breaks_a_rule()
    {
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling: true);
        var first = client.Http.SendGetAsync();
        await Eventually.True(() => _server.IO.Engine.FindSession(client.Sid)!.IsWritable);

        await client.Http.SendGetAsync();

        var reason = await AssertReasonAsync("transport error", DisconnectReason.TransportError);
        Assert.That(reason.Details, Is.EqualTo("overlap from client"));
        await first;
    }

    [Test]
    public async Task Transport_error_with_details_when_a_message_is_too_large()
    {
        await using var client = await ProtocolClient.ConnectAsync(_server);

        await client.SendAsync("42[\"" + new string('x', 1_000_001) + "\"]");

        var reason = await AssertReasonAsync("transport error", DisconnectReason.TransportError);
        Assert.That(reason.Details, Is.Not.Empty);
    }

    [Test]
    public async Task Ping_timeout_when_the_client_does_not_answer([Values] bool isPolling)
    {
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling);

        _time.Advance(TimeSpan.FromSeconds(25));
        _time.Advance(TimeSpan.FromSeconds(20));

        await AssertReasonAsync("ping timeout", DisconnectReason.PingTimeout);
    }

    [Test]
    public async Task Parse_error_when_an_engine_packet_cannot_be_read([Values] bool isPolling)
    {
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling);

        await client.SendAsync("9what");

        await AssertReasonAsync("parse error", DisconnectReason.ParseError);
    }

    [Test]
    public async Task Forced_close_when_a_packet_cannot_be_read([Values] bool isPolling)
    {
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling);
        (await _connected.NextAsync()).OnError(error => _steps.Add("error: " + error.Message));

        await client.SendAsync("42{}");

        Assert.That(await _steps.NextAsync(), Is.EqualTo("error: invalid payload"));
        await AssertReasonAsync("forced close", DisconnectReason.ForcedClose);
    }

    [Test]
    public async Task Forced_close_when_a_packet_is_not_allowed_and_the_client_can_be_told_at_once([Values] bool isPolling)
    {
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling);
        var poll = isPolling ? client.Http.GetAsync() : null;
        if (isPolling)
        {
            await Eventually.True(() => _server.IO.Engine.FindSession(client.Sid)!.IsWritable);
        }

        await client.SendAsync("40");

        await AssertReasonAsync("forced close", DisconnectReason.ForcedClose);
        Assert.That(poll is null ? "1" : await poll, Is.EqualTo("1"));
    }

    [Test]
    public async Task Forced_server_close_when_a_packet_is_not_allowed_and_no_request_waits()
    {
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling: true);

        await client.SendAsync("40");

        await AssertReasonAsync("forced server close", DisconnectReason.ForcedServerClose);
        await client.AssertClosedAsync();
    }

    [Test]
    public async Task Forced_close_when_the_application_closes_the_session()
    {
        await using var client = await ProtocolClient.ConnectAsync(_server);

        (await _connected.NextAsync()).Session.Close();

        await AssertReasonAsync("forced close", DisconnectReason.ForcedClose);
    }

    [Test]
    public async Task Client_namespace_disconnect_when_the_client_leaves([Values] bool isPolling)
    {
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling);

        await client.SendAsync("41");

        await AssertReasonAsync("client namespace disconnect", DisconnectReason.ClientNamespaceDisconnect);
        await client.JoinAsync("/a,");
    }

    [Test]
    public async Task Server_namespace_disconnect_when_the_server_ends_it([Values] bool isPolling)
    {
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling);

        await (await _connected.NextAsync()).DisconnectAsync();

        await client.AssertNextAsync("41");
        await AssertReasonAsync("server namespace disconnect", DisconnectReason.ServerNamespaceDisconnect);
        await client.JoinAsync("/a,");
    }

    [Test]
    public async Task Closing_the_connection_tells_each_namespace_first([Values] bool isPolling)
    {
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling);
        await client.JoinAsync("/a,");
        var main = await _connected.NextAsync();

        await main.DisconnectAsync(closeConnection: true);

        await client.AssertNextAsync("41", "41/a,");
        await client.AssertClosedAsync();
        await AssertReasonAsync("server namespace disconnect", DisconnectReason.ServerNamespaceDisconnect);
        Assert.That((await _reasons.NextAsync()).Text, Is.EqualTo("server namespace disconnect"));
    }

    [Test]
    public async Task A_socket_that_has_left_cannot_close_the_connection_of_the_others()
    {
        await using var client = await ProtocolClient.ConnectAsync(_server);
        var main = await _connected.NextAsync();
        await client.JoinAsync("/a,");
        await client.SendAsync("41");
        await _reasons.NextAsync();

        await main.DisconnectAsync(closeConnection: true);
        await main.DisconnectAsync();

        await client.SendAsync("42/a,1[\"where\"]");
        await client.AssertNextAsync("43/a,1[\"/a\"]");
    }

    [Test]
    public async Task A_client_is_told_once_however_many_disconnect_it()
    {
        await using var client = await ProtocolClient.ConnectAsync(_server);
        var socket = await _connected.NextAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => socket.DisconnectAsync())));

        await client.AssertNextAsync("41");
        await client.JoinAsync();
    }

    [Test]
    public async Task Server_shutting_down_without_a_word_and_before_the_host_is_down([Values] bool isPolling)
    {
        await using var client = await ProtocolClient.ConnectAsync(_server, isPolling);
        var isHandled = false;
        (await _connected.NextAsync()).OnDisconnect(async _ =>
        {
            await Task.Yield();
            isHandled = true;
        });
        var end = isPolling ? client.Http.GetAsync() : null;
        if (isPolling)
        {
            await Eventually.True(() => _server.IO.Engine.FindSession(client.Sid)!.IsWritable);
        }

        await _server.StopAsync();

        Assert.That(isHandled, Is.True);
        await AssertReasonAsync("server shutting down", DisconnectReason.ServerShuttingDown);
        if (end is null)
        {
            Assert.That((await client.WebSocket!.ReceiveFrameAsync()).Opcode, Is.EqualTo(RawWebSocket.CloseFrame), "There is no 41 before it.");
        }
        else
        {
            Assert.That(await end, Is.EqualTo("1"));
        }
    }

    [Test]
    public async Task Closing_the_server_disconnects_everybody()
    {
        await using var client = await ProtocolClient.ConnectAsync(_server);

        var closing = _server.IO.CloseAsync();
        await AssertReasonAsync("server shutting down", DisconnectReason.ServerShuttingDown);
        await client.AssertClosedAsync();
        client.WebSocket!.Reset();

        await closing.Soon();
    }

    [Test]
    public async Task Disconnecting_comes_first_and_sees_the_rooms()
    {
        await using var client = await ProtocolClient.ConnectAsync(_server);
        var socket = await _connected.NextAsync();
        await socket.JoinAsync("room");
        socket.OnDisconnect(_ => _steps.Add($"disconnect [{string.Join(' ', socket.Rooms)}]"));
        socket.OnDisconnecting((reason, rooms) =>
        {
            _steps.Add($"disconnecting {reason} {rooms.SetEquals([socket.Id, "room"])} {socket.Connected}");
            return Task.CompletedTask;
        });

        await client.SendAsync("41");

        Assert.That(await _steps.NextAsync(), Is.EqualTo("disconnecting client namespace disconnect True False"));
        Assert.That(await _steps.NextAsync(), Is.EqualTo("disconnect []"));
        Assert.That(_server.IO.Adapter.Rooms, Is.Empty);
    }

    [Test]
    public async Task A_lost_connection_ends_all_its_sockets_once()
    {
        await using var client = await ProtocolClient.ConnectAsync(_server);
        await client.JoinAsync("/a,");

        client.WebSocket!.Reset();

        Assert.That((await _reasons.NextAsync()).Text, Is.EqualTo("transport close"));
        Assert.That((await _reasons.NextAsync()).Text, Is.EqualTo("transport close"));
        await Eventually.True(() => _server.IO.Engine.ClientsCount == 0);
        Assert.That(_reasons.Count, Is.Zero);
    }

    private void Observe(IServerSocket socket)
    {
        socket.OnWithAck("where", () => socket.Namespace.Name);
        socket.OnDisconnect(_reasons.Add);
        _connected.Add(socket);
    }

    private async Task<DisconnectReason> AssertReasonAsync(string text, DisconnectReason expected)
    {
        var reason = await _reasons.NextAsync();
        Assert.That(reason.Text, Is.EqualTo(text));
        Assert.That(reason.ToString(), Is.EqualTo(text));
        Assert.That(reason.Is(expected), Is.True);
        return reason;
    }
}
