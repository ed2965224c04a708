using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace SocketIoSharp.Examples.Tests;

/// <summary>One tab with the page of the cluster.</summary>
internal sealed class ClusterPage(IPage page)
{
    public IPage Page => page;

    /// <summary>What the browser complained about.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public ILocator Status => page.GetByRole(AriaRole.Status);

    public ILocator Visitors => page.GetByRole(AriaRole.Table, new() { Name = "Who is where" }).Locator("tbody").GetByRole(AriaRole.Row);

    public ILocator Nodes => page.GetByRole(AriaRole.List, new() { Name = "Nodes" }).GetByRole(AriaRole.Listitem);

    public ILocator Messages => page.GetByRole(AriaRole.Log, new() { Name = "Messages" }).GetByRole(AriaRole.Listitem);

    public static async Task<ClusterPage> OpenAsync(IBrowserContext context, Uri address, string name)
    {
        var page = new ClusterPage(await context.NewPageAsync());
        page.Page.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        page.Page.PageError += (_, error) => page.Complaints.Enqueue(error);
        page.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                page.Complaints.Enqueue(message.Text);
            }
        };
        await page.Page.GotoAsync(address.ToString());
        await page.NodeAsync();
        await page.Page.GetByLabel("Your name").FillAsync(name);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await Expect(page.Visitors.Filter(new() { HasText = name + " (you)" })).ToHaveCountAsync(1);
        return page;
    }

    /// <summary>The node that serves this tab.</summary>
    public async Task<string> NodeAsync()
    {
        await Expect(Status).ToContainTextAsync("over websocket");
        return (await Status.TextContentAsync())!.Split(' ')[3];
    }

    /// <summary>Takes another key until another node is found by it.</summary>
    public async Task MoveToOtherNodeAsync()
    {
        var before = await NodeAsync();
        for (var attempt = 0; attempt < 40; attempt++)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Connect with another key" }).ClickAsync();
            if (!string.Equals(await NodeAsync(), before, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"Forty keys led to node {before}.");
    }

    public async Task SayAsync(string text)
    {
        await page.GetByLabel("Message", new() { Exact = true }).FillAsync(text);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
    }

    public Task SeesVisitorsAsync(params string[] rows) => Expect(Visitors).ToHaveTextAsync(rows);
}
