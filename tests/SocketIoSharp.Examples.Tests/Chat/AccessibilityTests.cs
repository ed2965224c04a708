using Microsoft.Playwright;

namespace SocketIoSharp.Examples.Tests;

public sealed class AccessibilityTests : ChatTest
{
    private const string Nameless =
        """
        () => [...document.querySelectorAll("input, textarea, select, button, a[href], [role], dialog, nav, aside")]
          .filter((it) => !(it.labels?.length || it.ariaLabel?.trim() || it.getAttribute("aria-labelledby") || it.textContent.trim()))
          .filter((it) => !["status", "alert"].includes(it.role))
          .map((it) => it.outerHTML)
        """;

    private const string Mistakes =
        """
        () => [
          ...[...document.querySelectorAll("[id]")].map((it) => it.id).filter((id, index, all) => all.indexOf(id) !== index).map((id) => `twice: ${id}`),
          ...["aria-labelledby", "aria-describedby", "aria-controls", "for"].flatMap((name) =>
            [...document.querySelectorAll(`[${name}]`)].flatMap((it) => it.getAttribute(name).split(" ")).filter((id) => !document.getElementById(id)).map((id) => `nowhere: ${id}`)),
          ...[...document.querySelectorAll("[tabindex]")].filter((it) => it.tabIndex > 0).map((it) => `order: ${it.outerHTML}`),
          ...[...document.querySelectorAll("svg:not([aria-hidden])")].map((it) => `picture: ${it.outerHTML}`),
          ...(document.documentElement.lang ? [] : ["no language"]),
        ]
        """;

    [Test]
    public async Task Everything_has_a_name_and_nothing_is_out_of_order()
    {
        var page = await OpenAsync();
        await NothingIsWrongAsync(page);

        await page.SignInAsync("Ada");
        var bob = await EnterAsync("Bob");
        await bob.SayAsync("hello");
        await page.SeesMessagesAsync("hello");
        await Expect(page.Members).ToHaveCountAsync(2);
        await NothingIsWrongAsync(page);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "New room" }).ClickAsync();
        await NothingIsWrongAsync(page);
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Keyboard shortcuts" }).ClickAsync();
        await NothingIsWrongAsync(page);
    }

    [Test]
    public async Task The_keyboard_is_enough()
    {
        var bob = await EnterAsync("Bob");
        var ada = await OpenAsync();
        await Expect(ada.Name).ToBeFocusedAsync();
        await ada.Page.Keyboard.TypeAsync("Ada");
        await ada.Page.Keyboard.PressAsync("Enter");

        // Writing: Enter sends, with Shift it is a new line.
        await Expect(ada.Text).ToBeFocusedAsync();
        await ada.Page.Keyboard.TypeAsync("one");
        await ada.Page.Keyboard.PressAsync("Shift+Enter");
        await ada.Page.Keyboard.TypeAsync("two");
        await ada.Page.Keyboard.PressAsync("Enter");
        await bob.SeesMessagesAsync("one\ntwo");
        await Expect(ada.Text).ToHaveValueAsync("");

        // Through the rooms and people by arrow keys, and into one by Enter.
        await TabToAsync(ada, ada.RoomButton("Lobby"), backwards: true);
        await ada.Page.Keyboard.PressAsync("End");
        await Expect(ada.PersonButton("Bob")).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("Home");
        await ada.Page.Keyboard.PressAsync("ArrowDown");
        await ada.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(ada.RoomButton("Random")).ToBeFocusedAsync();
        await FocusIsVisibleAsync(ada);
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ada.Title).ToHaveTextAsync("# Random");
        await Expect(ada.Text).ToBeFocusedAsync();

        // From one conversation to the next without leaving the message.
        await ada.Page.Keyboard.PressAsync("Alt+ArrowUp");
        await Expect(ada.Title).ToHaveTextAsync("# Lobby");
        await ada.Page.Keyboard.PressAsync("Alt+ArrowDown");
        await ada.Page.Keyboard.PressAsync("Alt+ArrowDown");
        await Expect(ada.Title).ToHaveTextAsync("Bob");

        // A dialog: Escape leaves it, and gives the focus back.
        var newRoom = ada.Page.GetByRole(AriaRole.Button, new() { Name = "New room" });
        await TabToAsync(ada, newRoom, backwards: true);
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ada.Page.GetByLabel("Name of the room")).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(newRoom).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await ada.Page.Keyboard.TypeAsync("Keys");
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ada.Title).ToHaveTextAsync("# Keys");
        await Expect(ada.Text).ToBeFocusedAsync();

        // Leaving the room, and Escape back to the message from anywhere.
        await TabToAsync(ada, ada.Page.GetByRole(AriaRole.Button, new() { Name = "Leave room" }), backwards: true);
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ada.Title).ToHaveTextAsync("# Lobby");
        await TabToAsync(ada, ada.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }), backwards: true);
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Text).ToBeFocusedAsync();
    }

    [Test]
    public async Task On_a_narrow_screen_the_lists_slide_in_and_out()
    {
        var phone = await NewBrowserAsync(new() { ViewportSize = new() { Width = 390, Height = 780 }, ColorScheme = ColorScheme.Dark });
        var ada = await OpenAsync(phone);
        await ada.SignInAsync("Ada");
        await Expect(ada.Title).ToHaveTextAsync("# Lobby");
        await Expect(ada.RoomButton("Random")).Not.ToBeVisibleAsync();

        var opener = ada.Page.GetByRole(AriaRole.Button, new() { Name = "Rooms and people" });
        await opener.ClickAsync();
        await Expect(opener).ToHaveAttributeAsync("aria-expanded", "true", new() { Timeout = 1_000 });
        await ada.OpenRoomAsync("Random");

        await Expect(ada.RoomButton("Random")).Not.ToBeVisibleAsync();
        await Expect(ada.Text).ToBeFocusedAsync();
        Assert.That(await ada.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), Is.True);
    }

    private static async Task NothingIsWrongAsync(ChatPage page)
    {
        Assert.That(await page.Page.EvaluateAsync<string[]>(Nameless), Is.Empty);
        Assert.That(await page.Page.EvaluateAsync<string[]>(Mistakes), Is.Empty);
    }

    private static async Task TabToAsync(ChatPage page, ILocator target, bool backwards)
    {
        for (var presses = 0; presses < 15; presses++)
        {
            await page.Page.Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
            await FocusIsVisibleAsync(page);
            if (await target.EvaluateAsync<bool>("it => it === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail($"The Tab key does not reach {target}.");
    }

    private static async Task FocusIsVisibleAsync(ChatPage page)
        => Assert.That(
            await page.Page.EvaluateAsync<string>("() => document.activeElement === document.body ? 'solid' : getComputedStyle(document.activeElement).outlineStyle"),
            Is.EqualTo("solid"));
}
