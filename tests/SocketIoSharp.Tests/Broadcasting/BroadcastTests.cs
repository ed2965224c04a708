using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Broadcasting;

/// <summary>Whom broadcasts reach, and what they look like.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BroadcastTests
{
    private readonly Inbox<IServerSocket> _connected = new();
    private readonly CountingSerializer _serializer = new();
    private readonly List<ProtocolClient> _clients = [];
    private readonly List<IServerSocket> _sockets = [];
    private SocketIOTestServer _server = null!;

    private ISocketIOServer IO => _server.IO;

    [SetUp]
    public async Task Start()
    {
        _server = await SocketIOTestServer.StartAsync(io => io.OnConnection(_connected.Add), options => options.PayloadSerializer = _serializer);
        for (var i = 0; i < 3; i++)
        {
            await AddAsync();
        }
    }

    [TearDown]
    public async Task Stop()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Test]
    public async Task Several_rooms_are_a_union_in_which_everybody_is_once([Values] bool isIn, [Values] bool isList)
    {
        await _sockets[0].JoinAsync(["a", "b"]);
        await _sockets[1].JoinAsync("b");
        var target = (isIn, isList) switch
        {
            (true, true) => IO.In("a", "b"),
            (true, false) => IO.In("a").In("b"),
            (false, true) => IO.To(["a", "b"]),
            _ => IO.To("a").To("b"),
        };

        await target.EmitAsync("x");

        await AssertReceivedAsync("42[\"x\"]", 0, 1);
    }

    [Test]
    public async Task Rooms_and_single_clients_are_left_out()
    {
        await _sockets[1].JoinAsync("a");

        await IO.Except("a").EmitAsync("room");
        await AssertReceivedAsync("42[\"room\"]", 0, 2);
        await IO.Except(_sockets[0].Id).EmitAsync("id");
        await AssertReceivedAsync("42[\"id\"]", 1, 2);
        await IO.Except("a", _sockets[0].Id).EmitAsync("both");
        await AssertReceivedAsync("42[\"both\"]", 2);
        await IO.To("a").Except("a").EmitAsync("nobody");
        await AssertReceivedAsync("42[\"nobody\"]");
    }

    [Test]
    public async Task A_socket_sends_to_all_others()
    {
        await _sockets[0].JoinAsync("a");
        await _sockets[1].JoinAsync("a");

        await _sockets[0].Broadcast.EmitAsync("all", 1);
        await AssertReceivedAsync("42[\"all\",1]", 1, 2);
        await _sockets[0].To("a").EmitAsync("room");
        await AssertReceivedAsync("42[\"room\"]", 1);
        await _sockets[2].In("a").Except(_sockets[0].Id).EmitAsync("one");
        await AssertReceivedAsync("42[\"one\"]", 1);
        await _sockets[0].Except("a").EmitAsync("except");
        await AssertReceivedAsync("42[\"except\"]", 2);
        await _sockets[0].Local.EmitAsync("local");
        await AssertReceivedAsync("42[\"local\"]", 1, 2);
        await _sockets[0].To(_sockets[0].Id).EmitAsync("self");
        await AssertReceivedAsync("42[\"self\"]");
    }

    [Test]
    public async Task The_id_of_a_socket_is_a_room_that_others_can_join()
    {
        var id = _sockets[0].Id;

        await IO.To(id).EmitAsync("alone");
        await AssertReceivedAsync("42[\"alone\"]", 0);
        await _sockets[1].JoinAsync(id);
        await IO.To(id).EmitAsync("shared");
        await AssertReceivedAsync("42[\"shared\"]", 0, 1);
        await _sockets[0].LeaveAsync(id);
        await IO.To(id).EmitAsync("left");

        await AssertReceivedAsync("42[\"left\"]", 1);
    }

    [Test]
    public async Task Modifiers_give_new_operators_and_change_none()
    {
        await _sockets[0].JoinAsync("a");
        IBroadcaster plain = IO;
        var room = plain.To("a");

        _ = room.Except("a");
        _ = room.To("b");
        _ = room.Volatile;
        _ = plain.Except("a");

        await room.EmitAsync("room");
        await AssertReceivedAsync("42[\"room\"]", 0);
        await plain.EmitAsync("all");
        await AssertReceivedAsync("42[\"all\"]", 0, 1, 2);
        await _sockets[0].EmitAsync("single");
        await AssertReceivedAsync("42[\"single\"]", 0);
    }

    [Test]
    public async Task Modifiers_can_be_combined_in_any_order()
    {
        await _sockets[0].JoinAsync("a");

        await IO.Volatile.Local.Compress(false).To("a").Timeout(TimeSpan.FromSeconds(1)).EmitAsync("x");

        await AssertReceivedAsync("42[\"x\"]", 0);
    }

    [TestCase("connect")]
    [TestCase("connect_error")]
    [TestCase("disconnect")]
    [TestCase("disconnecting")]
    [TestCase("newListener")]
    [TestCase("removeListener")]
    public void Reserved_names_throw_at_once(string name)
    {
        foreach (var emitter in new IEmitter[] { IO, IO.To("a"), _sockets[0], _sockets[0].Broadcast, _sockets[0].Volatile })
        {
            Assert.That(() => emitter.EmitAsync(name), Throws.ArgumentException.With.Message.StartsWith($"\"{name}\" is a reserved event name"));
        }

        Assert.That(() => IO.EmitWithAckAsync<int>(name), Throws.ArgumentException);
        Assert.That(() => _sockets[0].EmitWithAckAsync<int>(name), Throws.ArgumentException);
    }

    [Test]
    public async Task An_array_is_one_argument_unless_it_is_spread()
    {
        int[] numbers = [1, 2];
        object?[] objects = ["a", null];

        await IO.EmitAsync("numbers", numbers);
        await AssertReceivedAsync("42[\"numbers\",[1,2]]", 0, 1, 2);
        await IO.EmitAsync("objects", objects);
        await AssertReceivedAsync("42[\"objects\",[\"a\",null]]", 0, 1, 2);
        await IO.EmitAsync("spread", [.. objects]);
        await AssertReceivedAsync("42[\"spread\",\"a\",null]", 0, 1, 2);
        await _sockets[0].EmitAsync("null", null);
        await AssertReceivedAsync("42[\"null\",null]", 0);
    }

    [Test]
    public void A_token_among_the_arguments_throws()
    {
        using var source = new CancellationTokenSource();

        Assert.That(() => IO.EmitAsync("x", source.Token), Throws.ArgumentException);
        Assert.That(() => IO.EmitAsync("x", 1, source.Token), Throws.ArgumentException);
        Assert.That(() => _sockets[0].EmitAsync("x", 1, source.Token), Throws.ArgumentException);
    }

    [Test]
    public async Task Sending_is_an_event_named_message()
    {
        await ((IEmitter)IO).SendAsync("hi", 1);
        await AssertReceivedAsync("42[\"message\",\"hi\",1]", 0, 1, 2);
        await ((IEmitter)_sockets[0]).SendAsync("hi");
        await AssertReceivedAsync("42[\"message\",\"hi\"]", 0);
    }

    [Test]
    public async Task An_event_is_serialized_once_for_everybody()
    {
        _serializer.Written = 0;

        await IO.EmitAsync("x", new Chat("bob", [1, 2]), "text");

        foreach (var client in _clients)
        {
            await client.AssertNextAsync("451-[\"x\",{\"name\":\"bob\",\"picture\":{\"_placeholder\":true,\"num\":0}},\"text\"]", "bAQI=");
        }

        Assert.That(_serializer.Written, Is.EqualTo(2), "One for each argument.");
    }

    [Test]
    public async Task A_polling_client_without_a_waiting_request_misses_what_is_volatile()
    {
        var polling = await AddAsync(isPolling: true);
        _sockets[3].OnAnyOutgoing(_ => { });

        await IO.Volatile.EmitAsync("lost");
        await _sockets[3].Volatile.EmitAsync("lost too");
        await IO.EmitAsync("kept");
        await polling.AssertNextAsync("42[\"kept\"]");

        var waiting = polling.ReceiveAsync();
        await Eventually.True(() => _sockets[3].Session.IsWritable);
        await IO.Volatile.EmitAsync("taken");
        Assert.That(await waiting, Is.EqualTo("42[\"taken\"]"));
    }

    [Test]
    public async Task Outgoing_listeners_see_emits_and_broadcasts_but_no_answers()
    {
        var seen = new Inbox<string>();
        _sockets[0].OnWithAck("ask", static () => "answer");
        using (_sockets[0].OnAnyOutgoing(sent => seen.Add($"{sent.Name} {sent.Arguments.Count}")))
        {
            _sockets[0].OnAnyOutgoing(sent => seen.Add("first " + sent.Name), prepend: true);
            await _sockets[0].EmitAsync("single", 1, 2);
            await IO.EmitAsync("broadcast", 1);
            await _sockets[1].Broadcast.EmitAsync("other");
            await _clients[0].SendAsync("420[\"ask\"]");
            await _clients[0].AssertNextAsync("42[\"single\",1,2]", "42[\"broadcast\",1]", "42[\"other\"]", "430[\"answer\"]");
        }

        await _sockets[0].EmitAsync("last");

        foreach (var step in new[] { "first single", "single 2", "first broadcast", "broadcast 1", "first other", "other 0", "first last" })
        {
            Assert.That(await seen.NextAsync(), Is.EqualTo(step));
        }

        Assert.That(seen.Count, Is.Zero);
    }

    [Test]
    public async Task Sockets_are_made_to_join_and_leave_rooms()
    {
        await IO.In(_sockets[0].Id, _sockets[1].Id).SocketsJoinAsync("a", "b");
        Assert.That(_sockets[0].Rooms, Is.EquivalentTo(new[] { _sockets[0].Id, "a", "b" }));
        await IO.In("a").Except(_sockets[0].Id).SocketsLeaveAsync("a");
        await IO.SocketsLeaveAsync("b");

        await IO.To("a").EmitAsync("a");
        await AssertReceivedAsync("42[\"a\"]", 0);
        await IO.To("b").EmitAsync("b");
        await AssertReceivedAsync("42[\"b\"]");
    }

    [Test]
    public async Task Sockets_are_disconnected([Values] bool closeConnection)
    {
        await _sockets[0].JoinAsync("a");

        await IO.In("a").DisconnectSocketsAsync(closeConnection);

        await _clients[0].AssertNextAsync("41");
        if (closeConnection)
        {
            await _clients[0].AssertClosedAsync();
        }
        else
        {
            await _clients[0].JoinAsync();
        }

        Assert.That(_sockets[0].Connected, Is.False);
        Assert.That(_sockets[1].Connected, Is.True);
    }

    [Test]
    public async Task Sockets_of_this_server_are_fetched_as_they_are()
    {
        await _sockets[0].JoinAsync("a");
        _sockets[0].Data["name"] = "bob";

        var found = (await IO.In("a").FetchSocketsAsync()).Single();

        Assert.That(found, Is.SameAs(_sockets[0]));
        Assert.That(found.Data.Get<string>("name"), Is.EqualTo("bob"));
        Assert.That(await IO.FetchSocketsAsync(), Is.EquivalentTo(_sockets));
        Assert.That(await IO.Except("a").FetchSocketsAsync(), Is.EquivalentTo(_sockets.Skip(1)));
        Assert.That(await _sockets[0].Broadcast.FetchSocketsAsync(), Is.EquivalentTo(_sockets.Skip(1)));
        Assert.That(await IO.In("nobody").FetchSocketsAsync(), Is.Empty);
    }

    [Test]
    public async Task The_sockets_of_a_namespace_are_a_snapshot()
    {
        var before = IO.Sockets;

        await _clients[0].SendAsync("41");
        await Eventually.True(() => !_sockets[0].Connected);

        Assert.That(before, Has.Count.EqualTo(3));
        Assert.That(before[_sockets[0].Id], Is.SameAs(_sockets[0]));
        Assert.That(IO.Sockets.Keys, Is.EquivalentTo(new[] { _sockets[1].Id, _sockets[2].Id }));
    }

    [Test]
    public async Task Rooms_are_gone_with_their_last_socket()
    {
        await _sockets[0].JoinAsync("a");
        Assert.That(IO.Adapter.Rooms, Does.Contain("a"));

        await _sockets[0].LeaveAsync("a");

        Assert.That(IO.Adapter.Rooms, Is.EquivalentTo(_sockets.Select(static socket => socket.Id)));
        await IO.DisconnectSocketsAsync();
        Assert.That(IO.Adapter.Rooms, Is.Empty);
    }

    [Test]
    public async Task A_socket_that_has_left_joins_nothing_and_receives_nothing()
    {
        await _sockets[0].DisconnectAsync();

        await _sockets[0].JoinAsync("a");
        await _sockets[0].EmitAsync("x");
        await IO.EmitAsync("all");

        Assert.That(_sockets[0].Rooms, Is.Empty);
        Assert.That(IO.Adapter.GetSockets("a"), Is.Empty);
        await _clients[0].AssertNextAsync("41");
        await _clients[0].JoinAsync();
    }

    [Test]
    public async Task Events_between_servers_reach_nobody_when_there_is_one()
    {
        var isCalled = false;
        using var registration = IO.OnServerSideEvent("x", _ =>
        {
            isCalled = true;
            return Task.CompletedTask;
        });

        await IO.ServerSideEmitAsync("x", 1);
        var answers = await IO.ServerSideEmitWithAckAsync<int>("x", 1);

        Assert.That(isCalled, Is.False);
        Assert.That(answers.Responses, Is.Empty);
        Assert.That(answers.IsComplete, Is.True);
        foreach (var name in new[] { "connect", "connection", "new_namespace" })
        {
            Assert.That(() => IO.ServerSideEmitAsync(name), Throws.ArgumentException);
            Assert.That(() => IO.OnServerSideEvent(name, static _ => Task.CompletedTask), Throws.ArgumentException);
        }
    }

    private async Task<ProtocolClient> AddAsync(bool isPolling = false)
    {
        var client = await ProtocolClient.ConnectAsync(_server, isPolling);
        _clients.Add(client);
        _sockets.Add(await _connected.NextAsync());
        return client;
    }

    /// <summary>Those clients have received the packet, and all others nothing.</summary>
    private async Task AssertReceivedAsync(string packet, params int[] clients)
    {
        for (var i = 0; i < _clients.Count; i++)
        {
            if (clients.Contains(i))
            {
                await _clients[i].AssertNextAsync(packet);
            }

            await _sockets[i].EmitAsync("end");
            await _clients[i].AssertNextAsync("42[\"end\"]");
        }
    }

    private sealed record Chat(string Name, byte[] Picture);
}
