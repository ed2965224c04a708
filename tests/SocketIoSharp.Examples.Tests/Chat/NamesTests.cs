using Microsoft.Playwright;

namespace SocketIoSharp.Examples.Tests;

public sealed class NamesTests : ChatTest
{
    [SetUp]
    public void RefusalsEndConnections() => LosesConnections = true;

    [Test]
    public async Task A_name_that_somebody_has_is_refused_in_any_case()
    {
        await EnterAsync("Ada");
        var second = await OpenAsync();

        await second.SignInAsync("ADA");

        await Expect(second.NameError).ToHaveTextAsync("The name Ada is taken.");
        await Expect(second.Name).ToBeFocusedAsync();
        await second.SignInAsync("Grace Hopper");
        await Expect(second.Title).ToHaveTextAsync("# Lobby");
    }

    [Test]
    public async Task What_is_no_name_is_refused()
    {
        var page = await OpenAsync();

        await page.SignInAsync("");
        await Expect(page.NameError).ToHaveTextAsync("Please enter a name.");
        await page.SignInAsync("<b>");
        await Expect(page.NameError).ToHaveTextAsync("A name has up to 20 letters, digits, spaces, dots, dashes and underscores.");
        await page.SignInAsync("Zoë 2.0");
        await Expect(page.Title).ToHaveTextAsync("# Lobby");
    }

    [Test]
    public async Task A_name_is_remembered_and_given_up_by_signing_out()
    {
        var ada = await EnterAsync("Ada");
        await ada.SayAsync("before");
        await ada.SeesMessagesAsync("before");

        await ada.Page.ReloadAsync();
        await Expect(ada.Title).ToHaveTextAsync("# Lobby");
        await ada.SeesMessagesAsync("before");

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(ada.Name).ToHaveValueAsync("Ada");

        var other = await EnterAsync("Ada");
        await Expect(other.OnlineHeading).ToHaveTextAsync("Online (1)");
    }

    [Test]
    public async Task Two_tabs_of_one_browser_are_one_person()
    {
        var browser = await NewBrowserAsync();
        var first = await EnterAsync("Ada", browser);
        var bob = await EnterAsync("Bob");

        var second = await OpenAsync(browser);
        await Expect(second.Title).ToHaveTextAsync("# Lobby");
        await first.SayAsync("from the first tab");

        await second.SeesMessagesAsync("from the first tab");
        await Expect(bob.OnlineHeading).ToHaveTextAsync("Online (2)");
        await first.Page.CloseAsync();
        await second.SayAsync("still here");
        await bob.SeesMessagesAsync("from the first tab", "still here");
        await Expect(bob.OnlineHeading).ToHaveTextAsync("Online (2)");
    }
}
