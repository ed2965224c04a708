using Microsoft.Playwright;

namespace SocketIoSharp.Examples.Tests;

/// <summary>Every test has a server of its own, and nobody may complain: neither the server nor a browser.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class ChatTest
{
    private readonly List<IBrowserContext> _contexts = [];
    private readonly List<ChatPage> _pages = [];
    private readonly List<ChatServer> _servers = [];

    /// <summary>Whether connections are lost on purpose; browsers note each in their console.</summary>
    protected bool LosesConnections { get; set; }

    private protected ChatServer Server => _servers is [.., var server] ? server : StartServer();

    [TearDown]
    public async Task NobodyComplained()
    {
        foreach (var context in _contexts)
        {
            await context.CloseAsync();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        Assert.That(_pages.SelectMany(page => page.Complaints).Where(text => !IsExpected(text)), Is.Empty);
        Assert.That(_servers.SelectMany(server => server.Log.Errors), Is.Empty);
    }

    private protected ChatServer StartServer(Action<SocketIOOptions>? configure = null)
    {
        var server = new ChatServer(configure);
        _servers.Add(server);
        return server;
    }

    protected async Task<IBrowserContext> NewBrowserAsync(BrowserNewContextOptions? options = null)
    {
        var context = await Chromium.Browser.NewContextAsync(options);
        _contexts.Add(context);
        return context;
    }

    private protected async Task<ChatPage> OpenAsync(IBrowserContext? context = null, Uri? address = null, string query = "")
    {
        var page = await ChatPage.OpenAsync(context ?? await NewBrowserAsync(), address ?? Server.Address, query);
        _pages.Add(page);
        return page;
    }

    /// <summary>Somebody in the Lobby, with a browser of their own.</summary>
    private protected async Task<ChatPage> EnterAsync(string name, IBrowserContext? context = null, Uri? address = null, string query = "")
    {
        var page = await OpenAsync(context, address, query);
        await page.SignInAsync(name);
        await Expect(page.Title).ToHaveTextAsync("# Lobby");
        await Expect(page.Members.GetByText(name, new() { Exact = true })).ToBeVisibleAsync();
        return page;
    }

    /// <summary>A browser notes each WebSocket that is closed under way, and each request that came too late for its session.</summary>
    private bool IsExpected(string text)
        => text.StartsWith("WebSocket connection to", StringComparison.Ordinal)
            || (LosesConnections && (text.Contains("net::ERR_", StringComparison.Ordinal) || text.Contains("status of 400", StringComparison.Ordinal)));
}
