using System.Text.Json;
using NUnit.Framework;

namespace SocketIoSharp.TestKit;

/// <summary>What is asked and answered.</summary>
public abstract partial class AdapterContract
{
    [Test]
    public async Task A_broadcast_collects_the_answers_of_all_clients()
    {
        var answering = IO.Timeout(Eventually.Patience).EmitWithAckAsync<string>("who", 1);
        await A.AnswerAsync("""["who",1]""", """["a"]""");
        await B.AnswerAsync("""["who",1]""", """["b"]""");
        await C.AnswerAsync("""["who",1]""", """["c","more"]""");

        var answers = await answering.Soon();

        Assert.That(answers.IsComplete, Is.True);
        Assert.That(answers.Responses, Is.EquivalentTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public async Task A_broadcast_gives_the_answers_that_came_in_time()
    {
        var answering = IO.Timeout(Eventually.Patience).EmitWithAckAsync<string>("who");
        await A.AnswerAsync("""["who"]""", """["a"]""");
        await C.AnswerAsync("""["who"]""", """["c"]""");

        // Answers stay in order: once a later one of each has come, the time may be up.
        var later = IO.To(A.Id).To(C.Id).Timeout(2 * Eventually.Patience).EmitWithAckAsync<string>("later");
        await A.AnswerAsync("""["later"]""", """["a"]""");
        await C.AnswerAsync("""["later"]""", """["c"]""");
        Assert.That((await later.Soon()).IsComplete, Is.True);
        _time.Skip(Eventually.Patience);
        var answers = await answering.Soon();

        Assert.That(answers.IsComplete, Is.False);
        Assert.That(answers.Responses, Is.EquivalentTo(new[] { "a", "c" }));
    }

    [Test]
    public async Task A_broadcast_to_nobody_has_no_answers()
    {
        var answers = await IO.To("nobody").Timeout(Eventually.Patience).EmitWithAckAsync<string>("who").Soon();

        Assert.That(answers.IsComplete, Is.True);
        Assert.That(answers.Responses, Is.Empty);
    }

    [Test]
    public async Task A_broadcast_to_a_room_collects_the_answers_of_that_room()
    {
        await C.Socket.JoinAsync("r");

        var answering = IO.To("r").Timeout(Eventually.Patience).EmitWithAckAsync<JsonElement>("who");
        await C.AnswerAsync("""["who"]""", """[{"n":[1,null]}]""");

        var answers = await answering.Soon();
        Assert.That(answers.Responses.Select(Text), Is.EqualTo(new[] { """{"n":[1,null]}""" }));
        await ExpectNothingElseAsync();
    }

    [Test]
    public async Task A_local_broadcast_asks_the_clients_of_its_server_only()
    {
        await C.Socket.JoinAsync("r");

        var answering = IO.To("r").To(A.Id).Local.Timeout(Eventually.Patience).EmitWithAckAsync<string>("who");
        await A.AnswerAsync("""["who"]""", """["a"]""");
        if (ServerCount < 3)
        {
            await C.AnswerAsync("""["who"]""", """["c"]""");
        }

        Assert.That((await answering.Soon()).Responses, Has.Count.EqualTo(ServerCount < 3 ? 2 : 1));
    }

    [Test]
    public async Task Clients_are_found_with_their_rooms_their_handshake_and_their_data()
    {
        await C.Socket.JoinAsync("r");
        C.Socket.Data["name"] = "bob";
        C.Socket.Data["visits"] = 3;
        C.Socket.Data["nothing"] = null;
        C.Socket.Data["bytes"] = new byte[] { 1, 2 };

        var everybody = await IO.FetchSocketsAsync().Soon();
        var inRoom = await IO.In("r").FetchSocketsAsync().Soon();

        Assert.That(everybody.Select(static socket => socket.Id), Is.EquivalentTo(new[] { A.Id, B.Id, C.Id }));
        Assert.That(inRoom.Select(static socket => socket.Id), Is.EqualTo(new[] { C.Id }));
        var found = inRoom[0];
        Assert.That(found.Rooms, Is.EquivalentTo(new[] { C.Id, "r" }));
        Assert.That(found.Data.Get<string>("name"), Is.EqualTo("bob"));
        Assert.That(found.Data.Get<int>("visits"), Is.EqualTo(3));
        if (CarriesBinaryData)
        {
            Assert.That(found.Data.Get<byte[]>("bytes"), Is.EqualTo(new byte[] { 1, 2 }));
        }
        else
        {
            Assert.That(Text(found.Data.Get<JsonElement>("bytes")), Is.EqualTo("""{"type":"Buffer","data":[1,2]}"""));
        }

        Assert.That(found.Data.TryGet<string>("nothing", out var nothing), Is.True);
        Assert.That(nothing, Is.Null);
        Assert.That(found.Handshake.Url, Does.StartWith("/socket.io/?EIO=4&transport=websocket"));
        Assert.That(found.Handshake.Query["transport"], Is.EqualTo("websocket"));
        Assert.That(found.Handshake.GetHeader("UPGRADE").ToString(), Is.EqualTo("websocket"));
        Assert.That(found.Handshake.Address, Is.EqualTo(C.Socket.Handshake.Address).And.Not.Empty);
        Assert.That(found.Handshake.IsSecure, Is.False);
        Assert.That(found.Handshake.IsCrossDomain, Is.False);
        Assert.That(found.Handshake.Issued, Is.EqualTo(C.Socket.Handshake.Issued).Within(TimeSpan.FromMilliseconds(1)));
        Assert.That(found.Handshake.GetAuth<JsonElement>().GetProperty("name").GetString(), Is.EqualTo("tester"));
    }

    [Test]
    public async Task Clients_of_this_server_are_found_as_they_are()
    {
        var found = await IO.In(A.Id).FetchSocketsAsync().Soon();

        Assert.That(found, Is.EqualTo(new[] { A.Socket }));
        Assert.That(await IO.Local.FetchSocketsAsync().Soon(), Is.All.InstanceOf<IServerSocket>());
    }

    [Test]
    public async Task Clients_join_and_leave_rooms_together()
    {
        await IO.SocketsJoinAsync("r", "s");
        foreach (var client in All)
        {
            await RoomsBecomeAsync(client, "r", "s");
        }

        await IO.In(B.Id).SocketsLeaveAsync("s");
        await RoomsBecomeAsync(B, "r");

        await IO.To("s").EmitAsync("s");
        await ExpectAsync("""2["s"]""", A, C);
        await ExpectNothingElseAsync();
    }

    [Test]
    public async Task Clients_are_disconnected_together()
    {
        await B.Socket.JoinAsync("r");
        await C.Socket.JoinAsync("r");

        await IO.In("r").DisconnectSocketsAsync();

        await ExpectAsync("1", B, C);
        await IO.EmitAsync("end");
        await ExpectAsync("""2["end"]""", A);
    }

    [Test]
    public async Task The_whole_connections_of_clients_are_closed()
    {
        await IO.In(C.Id).DisconnectSocketsAsync(closeConnection: true);

        Assert.That(await C.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
    }

    [Test]
    public async Task A_client_that_was_found_is_reached_wherever_it_is()
    {
        var found = (await IO.In(C.Id).FetchSocketsAsync().Soon())[0];

        await found.EmitAsync("to", "you");
        await ExpectAsync("""2["to","you"]""", C);
        await found.Volatile.EmitAsync("v");
        await ExpectAsync("""2["v"]""", C);
        await found.JoinAsync("r");
        await RoomsBecomeAsync(C, "r");
        await found.JoinAsync(["s", "t"]);
        await RoomsBecomeAsync(C, "r", "s", "t");
        await found.LeaveAsync("s");
        await RoomsBecomeAsync(C, "r", "t");
        await found.DisconnectAsync();
        await ExpectAsync("1", C);
        await IO.EmitAsync("end");
        await ExpectAsync("""2["end"]""", A, B);
    }

    [Test]
    public async Task A_client_that_was_found_answers()
    {
        var found = (await IO.In(C.Id).FetchSocketsAsync().Soon())[0];

        var answering = found.Timeout(Eventually.Patience).EmitWithAckAsync<int>("double", 21);
        await C.AnswerAsync("""["double",21]""", "[42]");
        Assert.That(await answering.Soon(), Is.EqualTo(42));

        var all = found.Timeout(Eventually.Patience).EmitWithAckAsync("all");
        await C.AnswerAsync("""["all"]""", """["first"]""");
        Assert.That((await all.Soon()).Get<string>(0), Is.EqualTo("first"));
    }

    [Test]
    public async Task A_client_that_was_found_and_does_not_answer_is_an_exception()
    {
        var found = (await IO.In(C.Id).FetchSocketsAsync().Soon())[0];

        Assert.That(async () => await found.Timeout(s_shortTimeout).EmitWithAckAsync<int>("x").Soon(), Throws.TypeOf<AckTimeoutException>());
    }

    [Test]
    public async Task An_event_for_servers_reaches_all_others_and_their_answers_come_back()
    {
        var received = new Inbox<string>();
        for (var i = 0; i < ServerCount; i++)
        {
            var number = i;
            _servers[i].IO.OnServerSideEvent("told", arguments =>
            {
                received.Add($"{number} {arguments.Get<string>(0)} {arguments.Get<int>(1)}");
                return Task.CompletedTask;
            });
            _servers[i].IO.OnServerSideEvent("asked", arguments => Task.FromResult<object?>($"{number}: {arguments.Get<string>(0)}"));
        }

        await IO.ServerSideEmitAsync("told", "x", 1);
        var answers = await IO.ServerSideEmitWithAckAsync<string>("asked", "y").Soon();

        var others = Enumerable.Range(1, ServerCount - 1).ToArray();
        Assert.That(answers.IsComplete, Is.True);
        Assert.That(answers.Responses, Is.EquivalentTo(others.Select(static number => $"{number}: y")));
        var told = new List<string>();
        foreach (var _ in others)
        {
            told.Add(await received.NextAsync());
        }

        Assert.That(told, Is.EquivalentTo(others.Select(static number => $"{number} x 1")));
        Assert.That(received.Count, Is.Zero);
    }

    [Test]
    public async Task The_servers_are_counted()
        => Assert.That(await IO.Adapter.GetServerCountAsync(CancellationToken.None), Is.EqualTo(ServerCount));
}
