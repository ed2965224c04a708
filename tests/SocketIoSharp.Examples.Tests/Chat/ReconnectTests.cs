namespace SocketIoSharp.Examples.Tests;

public sealed class ReconnectTests : ChatTest
{
    [SetUp]
    public void ConnectionsAreLost() => LosesConnections = true;

    [Test]
    public async Task What_was_missed_offline_is_there_once_and_in_order()
    {
        var ada = await EnterAsync("Ada");
        var browser = await NewBrowserAsync();
        var bob = await EnterAsync("Bob", browser);
        await ada.SayAsync("before");
        await bob.SeesMessagesAsync("before");

        await browser.SetOfflineAsync(true);
        await Expect(bob.Banner).ToBeVisibleAsync();
        await Expect(ada.OnlineHeading).ToHaveTextAsync("Online (1)");
        await ada.SayAsync("missed 1");
        await ada.SayAsync("missed 2");
        await bob.SayAsync("written offline");
        await browser.SetOfflineAsync(false);

        await bob.SeesMessagesAsync("before", "missed 1", "missed 2", "written offline");
        await ada.SeesMessagesAsync("before", "missed 1", "missed 2", "written offline");
        await Expect(bob.Banner).ToBeHiddenAsync();
        await Expect(ada.OnlineHeading).ToHaveTextAsync("Online (2)");
    }

    [Test]
    public async Task A_lost_connection_is_resumed_where_it_was([Values("?transports=polling", "?transports=websocket", "")] string query)
    {
        await using var way = new CuttingProxy(Server.Address);
        var ada = await EnterAsync("Ada");
        var bob = await EnterAsync("Bob", address: way.Address, query: query);
        await bob.OpenRoomAsync("Random");
        await ada.OpenRoomAsync("Random");
        await ada.SayAsync("before");
        await bob.SeesMessagesAsync("before");
        var id = Server.SocketOf("Bob").Id;

        await CutOffBobAsync(way, Server);
        await Expect(bob.Banner).ToBeVisibleAsync();
        await Expect(ada.OnlineHeading).ToHaveTextAsync("Online (1)");
        await ada.SayAsync("missed in Random");
        await ada.OpenRoomAsync("Lobby");
        await ada.SayAsync("missed in the Lobby");
        await ada.SeesMessagesAsync("missed in the Lobby");
        way.Mend();

        await bob.SeesMessagesAsync("before", "missed in Random");
        await bob.SeesUnreadAsync(bob.RoomButton("Lobby"), 1);
        await bob.OpenRoomAsync("Lobby");
        await bob.SeesMessagesAsync("missed in the Lobby");
        Assert.That(Server.SocketOf("Bob").Recovered, Is.True);
        Assert.That(Server.SocketOf("Bob").Id, Is.EqualTo(id));
        await ada.SayAsync("after");
        await bob.SeesMessagesAsync("missed in the Lobby", "after");
    }

    [Test]
    public async Task Without_recovery_the_history_fills_the_gap()
    {
        var server = StartServer(options => options.ConnectionStateRecovery = null);
        await using var way = new CuttingProxy(server.Address);
        var ada = await EnterAsync("Ada");
        var bob = await EnterAsync("Bob", address: way.Address);
        await ada.SayAsync("before");
        await bob.SeesMessagesAsync("before");

        await CutOffBobAsync(way, server);
        await Expect(bob.Banner).ToBeVisibleAsync();
        await Expect(ada.OnlineHeading).ToHaveTextAsync("Online (1)");
        await ada.SayAsync("missed 1");
        await ada.SayAsync("missed 2");
        await ada.SeesMessagesAsync("before", "missed 1", "missed 2");
        way.Mend();

        await bob.SeesMessagesAsync("before", "missed 1", "missed 2");
        await Expect(ada.OnlineHeading).ToHaveTextAsync("Online (2)");
        Assert.That(server.SocketOf("Bob").Recovered, Is.False);
        await ada.SayAsync("after");
        await bob.SeesMessagesAsync("before", "missed 1", "missed 2", "after");
    }

    [Test]
    public async Task A_private_message_waits_for_who_was_cut_off([Values] bool isRecovered)
    {
        var server = StartServer(options => options.ConnectionStateRecovery = isRecovered ? options.ConnectionStateRecovery : null);
        await using var way = new CuttingProxy(server.Address);
        var ada = await EnterAsync("Ada");
        var bob = await EnterAsync("Bob", address: way.Address);
        await ada.OpenPersonAsync("Bob");
        await ada.SayAsync("before");
        await bob.OpenPersonAsync("Ada");
        await bob.SeesMessagesAsync("before");

        await CutOffBobAsync(way, server);
        await Expect(ada.OnlineHeading).ToHaveTextAsync("Online (1)");
        await ada.SayAsync("missed");
        await ada.SeesMessagesAsync("before", "missed");
        way.Mend();

        await bob.SeesMessagesAsync("before", "missed");
        Assert.That(server.SocketOf("Bob").Recovered, Is.EqualTo(isRecovered));
    }

    [Test]
    public async Task A_server_that_starts_again_is_found_again()
    {
        var first = StartServer();
        await using var way = new CuttingProxy(first.Address);
        var ada = await EnterAsync("Ada", address: way.Address);
        var bob = await EnterAsync("Bob", address: way.Address);
        await ada.CreateRoomAsync("Design");
        await bob.OpenRoomAsync("Design");
        await ada.SayAsync("to the first");
        await bob.SeesMessagesAsync("to the first");

        way.Cut();
        var second = StartServer();
        way.LeadTo(second.Address);
        await Expect(ada.Banner).ToBeVisibleAsync();
        await ada.SayAsync("to the second");
        way.Mend();

        await bob.SeesMessagesAsync("to the first", "to the second");
        await ada.SeesMessagesAsync("to the first", "to the second");
        await Expect(ada.Members).ToHaveCountAsync(2);
    }

    /// <summary>Between two polls there is no connection that could be cut, and the server would learn of it from a missing pong only.</summary>
    private static async Task CutOffBobAsync(CuttingProxy way, ChatServer server)
    {
        await Eventually.True(() => server.SocketOf("Bob").Session.IsWritable);
        way.Cut();
    }
}
