using Microsoft.Playwright;

namespace SocketIoSharp.Examples.Tests;

public sealed class ConversationTests : ChatTest
{
    [Test]
    public async Task What_one_says_the_other_reads([Values("", "?transports=polling", "?transports=websocket")] string query)
    {
        var ada = await EnterAsync("Ada", query: query);
        var bob = await EnterAsync("Bob", query: query);

        await ada.SayAsync("Hello Bob");
        await bob.SeesMessagesAsync("Hello Bob");
        await bob.SayAsync("Hello Ada");
        await bob.SayAsync("How are you?");

        await ada.SeesMessagesAsync("Hello Bob", "Hello Ada", "How are you?");
        await bob.SeesMessagesAsync("Hello Bob", "Hello Ada", "How are you?");
        await Expect(bob.Announcer).ToHaveTextAsync("Ada in Lobby: Hello Bob");
        var transport = query.EndsWith("polling", StringComparison.Ordinal) ? "polling" : "websocket";
        await Expect(ada.Status).ToHaveAttributeAsync("title", $"Connected by {transport}");
        Assert.That(Server.SocketOf("Ada").Transport.ToString(), Is.EqualTo(transport).IgnoreCase);
    }

    [Test]
    public async Task Rooms_keep_to_themselves()
    {
        var ada = await EnterAsync("Ada");
        var bob = await EnterAsync("Bob");
        var eve = await EnterAsync("Eve");

        await ada.CreateRoomAsync("Design");
        await Expect(ada.Title).ToHaveTextAsync("# Design");
        await bob.OpenRoomAsync("Design");
        await ada.SayAsync("only for Design");
        await bob.SeesMessagesAsync("only for Design");
        await bob.OpenRoomAsync("Lobby");
        await bob.SayAsync("for everybody");

        await eve.SeesMessagesAsync("for everybody");
        await ada.SeesMessagesAsync("only for Design");
        await Expect(ada.Members).ToHaveTextAsync(["AAdayou", "BBob"]);
    }

    [Test]
    public async Task A_room_that_was_left_says_nothing_more()
    {
        var ada = await EnterAsync("Ada");
        var bob = await EnterAsync("Bob");
        await bob.OpenRoomAsync("Random");
        await ada.OpenRoomAsync("Random");
        await bob.SayAsync("first");
        await ada.SeesMessagesAsync("first");

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Leave room" }).ClickAsync();
        await Expect(ada.Title).ToHaveTextAsync("# Lobby");
        await Expect(bob.Members).ToHaveCountAsync(1);
        await bob.SayAsync("second");
        await bob.OpenRoomAsync("Lobby");
        await bob.SayAsync("third");

        await ada.SeesMessagesAsync("third");
        await ada.SeesUnreadAsync(ada.RoomButton("Random"), 0);
        await ada.OpenRoomAsync("Random");
        await ada.SeesMessagesAsync("first", "second");
    }

    [Test]
    public async Task What_is_no_name_of_a_room_is_refused()
    {
        var ada = await EnterAsync("Ada");

        await ada.CreateRoomAsync("no/room");

        await Expect(ada.Page.Locator("#room-error")).ToHaveTextAsync("A room's name has up to 30 letters, digits, spaces, dots, dashes and underscores.");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Page.Locator("#new-room-dialog")).Not.ToBeVisibleAsync();
        await Expect(ada.Rooms).ToHaveCountAsync(3);
    }

    [Test]
    public async Task A_private_message_is_seen_by_its_two_only()
    {
        var ada = await EnterAsync("Ada");
        var bob = await EnterAsync("Bob");
        var eve = await EnterAsync("Eve");

        await ada.OpenPersonAsync("Bob");
        await ada.SayAsync("just you");

        await bob.SeesUnreadAsync(bob.PersonButton("Ada"), 1);
        await Expect(bob.Announcer).ToHaveTextAsync("Ada, private: just you");
        await bob.OpenPersonAsync("Ada");
        await bob.SeesMessagesAsync("just you");
        await bob.SayAsync("just me");
        await ada.SeesMessagesAsync("just you", "just me");

        // What comes later in the Lobby has arrived at Eve, and nothing of what came before.
        await bob.OpenRoomAsync("Lobby");
        await bob.SayAsync("public");
        await eve.SeesMessagesAsync("public");
        await eve.SeesUnreadAsync(eve.PersonButton("Ada"), 0);
        await Expect(eve.Announcer).ToHaveTextAsync("Bob in Lobby: public");
        await eve.OpenPersonAsync("Bob");
        await eve.SeesMessagesAsync();
    }

    [Test]
    public async Task Who_types_is_shown_until_they_stop_or_send_or_go_silent()
    {
        var browser = await NewBrowserAsync();
        await browser.Clock.InstallAsync();
        var ada = await EnterAsync("Ada", browser);
        var bob = await EnterAsync("Bob");
        await Expect(ada.Status).ToHaveAttributeAsync("title", "Connected by websocket");

        // No time passes at Ada's, so nothing goes away there by itself.
        await browser.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(5));
        await bob.Text.PressSequentiallyAsync("he");
        await Expect(ada.Typing).ToHaveTextAsync("Bob is typing…");
        await bob.Text.FillAsync("");
        await Expect(ada.Typing).ToHaveTextAsync("");

        await bob.Text.PressSequentiallyAsync("hey");
        await Expect(ada.Typing).ToHaveTextAsync("Bob is typing…");
        await bob.Text.PressAsync("Enter");
        await ada.SeesMessagesAsync("hey");
        await Expect(ada.Typing).ToHaveTextAsync("");

        await bob.Text.PressSequentiallyAsync("you");
        await Expect(ada.Typing).ToHaveTextAsync("Bob is typing…");
        await browser.Clock.RunForAsync(6_000);
        await Expect(ada.Typing).ToHaveTextAsync("");
    }

    [Test]
    public async Task Who_leaves_is_no_longer_online()
    {
        var ada = await EnterAsync("Ada");
        var bob = await EnterAsync("Bob");
        await Expect(ada.People).ToHaveCountAsync(1);
        await Expect(ada.OnlineHeading).ToHaveTextAsync("Online (2)");
        await Expect(ada.Members).ToHaveCountAsync(2);

        await bob.Page.CloseAsync();

        await Expect(ada.OnlineHeading).ToHaveTextAsync("Online (1)");
        await Expect(ada.People).ToHaveCountAsync(0);
        await Expect(ada.Members).ToHaveCountAsync(1);
    }

    [Test]
    public async Task Unread_messages_are_counted_until_they_are_seen()
    {
        var ada = await EnterAsync("Ada");
        var bob = await EnterAsync("Bob");
        await ada.OpenRoomAsync("Help");

        await bob.SayAsync("one");
        await bob.SayAsync("two");

        await ada.SeesUnreadAsync(ada.RoomButton("Lobby"), 2);
        await Expect(ada.Page).ToHaveTitleAsync("(2) Help · SocketIoSharp Chat");
        await ada.OpenRoomAsync("Lobby");
        await ada.SeesMessagesAsync("one", "two");
        await Expect(ada.Page.GetByText("New messages", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(ada.Page).ToHaveTitleAsync("Lobby · SocketIoSharp Chat");
    }
}
