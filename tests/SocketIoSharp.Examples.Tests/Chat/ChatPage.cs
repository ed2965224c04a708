using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Playwright;

namespace SocketIoSharp.Examples.Tests;

/// <summary>The chat as one person sees it, in a browser of their own.</summary>
internal sealed class ChatPage(IPage page)
{
    public IPage Page => page;

    /// <summary>What the browser complained about: exceptions, refused resources, failed requests.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>Where the page's resources came from.</summary>
    public ConcurrentQueue<Uri> Requests { get; } = new();

    public ILocator Name => page.GetByLabel("Your name");

    public ILocator NameError => page.Locator("#name-error");

    public ILocator Text => page.GetByRole(AriaRole.Textbox, new() { Name = "Message", Exact = true });

    public ILocator Title => page.Locator("#title");

    public ILocator Messages => page.Locator("#log .text");

    public ILocator Rooms => page.GetByRole(AriaRole.List, new() { Name = "Rooms" }).GetByRole(AriaRole.Button);

    public ILocator People => page.Locator("#people").GetByRole(AriaRole.Button);

    public ILocator OnlineHeading => page.Locator("#people-heading");

    public ILocator Members => page.Locator("#member-list").GetByRole(AriaRole.Button);

    public ILocator Typing => page.Locator("#typing");

    public ILocator Status => page.Locator("#status");

    public ILocator Banner => page.Locator("#banner");

    public ILocator Announcer => page.GetByRole(AriaRole.Log, new() { Name = "New messages" });

    public static async Task<ChatPage> OpenAsync(IBrowserContext context, Uri address, string query = "")
    {
        var page = new ChatPage(await context.NewPageAsync());
        page.Page.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        page.Page.PageError += (_, error) => page.Complaints.Enqueue(error);
        page.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                page.Complaints.Enqueue(message.Text);
            }
        };
        page.Page.Request += (_, request) => page.Requests.Enqueue(new Uri(request.Url));
        await page.Page.GotoAsync(address + query);
        Assert.That(
            await page.Page.EvaluateAsync<bool>("() => typeof io === 'function'"),
            Is.True,
            "The server was built without the browser client: run 'npm ci' in the root of the repository and build again.");
        return page;
    }

    public async Task SignInAsync(string name)
    {
        await Name.FillAsync(name);
        await Name.PressAsync("Enter");
    }

    public async Task SayAsync(string text)
    {
        await Text.FillAsync(text);
        await Text.PressAsync("Enter");
    }

    /// <summary>Opens a room, which is joined if need be.</summary>
    public async Task OpenRoomAsync(string room)
    {
        await RoomButton(room).ClickAsync();
        await Expect(Title).ToHaveTextAsync($"# {room}");
    }

    public async Task OpenPersonAsync(string person)
    {
        await PersonButton(person).ClickAsync();
        await Expect(Title).ToHaveTextAsync(person);
    }

    public async Task CreateRoomAsync(string room)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "New room" }).ClickAsync();
        await page.GetByLabel("Name of the room").FillAsync(room);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and join" }).ClickAsync();
    }

    public ILocator RoomButton(string room) => page.Locator("#rooms button").Filter(new() { Has = page.GetByText(room, new() { Exact = true }) });

    public ILocator PersonButton(string person) => page.Locator("#people button").Filter(new() { Has = page.GetByText(person, new() { Exact = true }) });

    public Task SeesMessagesAsync(params string[] texts) => Expect(Messages).ToHaveTextAsync(texts);

    public Task SeesUnreadAsync(ILocator button, int count)
        => Expect(button.Locator(".badge")).ToHaveTextAsync(count == 0 ? string.Empty : count.ToString(CultureInfo.InvariantCulture));

    public Task IsConnectedAsync() => Expect(Status).ToHaveTextAsync("Connected");
}
