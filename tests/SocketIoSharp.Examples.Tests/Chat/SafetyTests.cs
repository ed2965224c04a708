namespace SocketIoSharp.Examples.Tests;

public sealed class SafetyTests : ChatTest
{
    private const string Markup = "<img src=x onerror=\"window.hacked = true\"><script>window.hacked = true</script>";

    [Test]
    public async Task Markup_is_shown_as_text()
    {
        var ada = await EnterAsync("Ada");
        var bob = await EnterAsync("Bob");

        await ada.SayAsync(Markup);

        foreach (var page in (ChatPage[])[ada, bob])
        {
            await page.SeesMessagesAsync(Markup);
            await Expect(page.Page.Locator("#log img, #log script, #announcer img")).ToHaveCountAsync(0);
            Assert.That(await page.Page.EvaluateAsync<bool>("() => 'hacked' in window"), Is.False);
        }
    }

    [Test]
    public async Task Everything_comes_from_the_server_itself()
    {
        var ada = await EnterAsync("Ada");

        await ada.SayAsync("hello");
        await ada.SeesMessagesAsync("hello");

        Assert.That(ada.Requests.Select(uri => uri.GetLeftPart(UriPartial.Authority) + "/").Distinct(), Is.EqualTo(new[] { Server.Address.ToString() }));
    }

    [Test]
    public async Task What_the_page_would_not_send_is_refused()
    {
        var ada = await EnterAsync("Ada");

        var errors = await ada.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const socket = io({ forceNew: true, auth: { name: "Mallory", key: "0123456789abcdef" } });
              const requests = [
                ["message", "Random", "not a member", "n1"],
                ["message", "Lobby", " ", "n2"],
                ["message", "Lobby", "x".repeat(1001), "n3"],
                ["message", "Lobby", "no nonce", ""],
                ["private", "Nobody", "text", "n4"],
                ["private", "Mallory", "text", "n5"],
                ["join", "a/b", 0],
                ["join", null, 0],
                ["leave", "Help"],
              ];
              const replies = await Promise.all(requests.map((request) => socket.timeout(5000).emitWithAck(...request)));
              return replies.map(({ error }) => error);
            }
            """);

        const string NoText = "A message has 1 to 1000 characters.";
        const string NoMember = "You are not in that room.";
        const string NotHere = "That person is not here.";
        const string NoRoom = "A room's name has up to 30 letters, digits, spaces, dots, dashes and underscores.";
        Assert.That(errors, Is.EqualTo(new[] { NoMember, NoText, NoText, NoText, NotHere, NotHere, NoRoom, NoRoom, NoMember }));
        await ada.SeesMessagesAsync();
    }

    [Test]
    public async Task A_name_without_its_key_is_refused()
    {
        await EnterAsync("Ada");
        var page = await OpenAsync();
        LosesConnections = true;

        var answers = await page.Page.EvaluateAsync<string[]>(
            """
            () => {
              const attempts = [{ name: "Ada", key: "0123456789abcdef" }, { name: "Ada" }, { name: "Bob", key: "short" }, { name: 1, key: {} }, {}];
              return Promise.all(attempts.map((auth) => new Promise((resolve) => {
                const socket = io({ forceNew: true, auth });
                socket.on("connect", () => resolve("connected"));
                socket.on("connect_error", (error) => resolve(error.data.code));
              })));
            }
            """);

        Assert.That(answers, Is.EqualTo(new[] { "name-taken", "invalid-name", "invalid-name", "invalid-name", "invalid-name" }));
    }

    [Test]
    public async Task A_message_that_is_sent_twice_is_said_once()
    {
        var ada = await EnterAsync("Ada");

        var heard = await ada.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const socket = io({ forceNew: true, auth: { name: "Bob", key: "0123456789abcdef" } });
              const heard = [];
              const all = new Promise((resolve) => socket.on("message", ({ text }) => heard.push(text) && text === "then this" && resolve()));
              await socket.emitWithAck("join", "Lobby", 0);
              await socket.emitWithAck("message", "Lobby", "once", "nonce");
              await socket.emitWithAck("message", "Lobby", "once", "nonce");
              await socket.emitWithAck("message", "Lobby", "then this", "another");
              await all;
              return heard;
            }
            """);

        Assert.That(heard, Is.EqualTo(new[] { "once", "then this" }));
        await ada.SeesMessagesAsync("once", "then this");
    }
}
