using System.Net.Sockets;
using Microsoft.Playwright;

namespace SocketIoSharp.Examples.Tests;

/// <summary>Two tabs of one browser on the two nodes of a cluster that its own script has started.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClusterTests
{
    private readonly List<ClusterPage> _pages = [];
    private ClusterProcess _cluster = null!;
    private IBrowserContext _browser = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await ClusterProcess.StartAsync();
        _browser = await Chromium.Browser.NewContextAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Test]
    public async Task What_happens_on_one_node_is_seen_on_the_other()
    {
        var (ada, bob) = await OpenTwoAsync();
        await ada.SeesVisitorsAsync($"Ada (you){await ada.NodeAsync()}red", $"Bob{await bob.NodeAsync()}red");
        await bob.SeesVisitorsAsync($"Ada{await ada.NodeAsync()}red", $"Bob (you){await bob.NodeAsync()}red");

        await ada.SayAsync("hello");
        await bob.SayAsync("and hello");

        string[] said = [$"Ada (node {await ada.NodeAsync()}): hello", $"Bob (node {await bob.NodeAsync()}): and hello"];
        await Expect(ada.Messages).ToHaveTextAsync(said);
        await Expect(bob.Messages).ToHaveTextAsync(said);
        Assert.That(_pages.SelectMany(page => page.Complaints).Where(IsUnexpected), Is.Empty);
    }

    [Test]
    public async Task Rooms_and_questions_reach_both_nodes()
    {
        var (ada, bob) = await OpenTwoAsync();

        await bob.Page.GetByLabel("blue").CheckAsync();
        await ada.SeesVisitorsAsync($"Ada (you){await ada.NodeAsync()}red", $"Bob{await bob.NodeAsync()}blue");
        await ada.SayAsync("in red");
        await Expect(ada.Messages).ToHaveCountAsync(1);
        await ada.Page.GetByLabel("blue").CheckAsync();
        await bob.SeesVisitorsAsync($"Ada{await ada.NodeAsync()}blue", $"Bob (you){await bob.NodeAsync()}blue");
        await ada.SayAsync("in blue");
        await Expect(bob.Messages).ToHaveTextAsync([$"Ada (node {await ada.NodeAsync()}): in blue"]);

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Ask every node" }).ClickAsync();
        await Expect(ada.Nodes).ToHaveTextAsync(
        [
            $"Node A is process {_cluster.Nodes[0]} and serves 1",
            $"Node B is process {_cluster.Nodes[1]} and serves 1",
        ]);
    }

    [Test]
    public async Task The_visitors_of_a_node_that_has_ended_go_on_at_the_other()
    {
        var (ada, bob) = await OpenTwoAsync();
        var survivor = await bob.NodeAsync();

        using (var node = System.Diagnostics.Process.GetProcessById(_cluster.Nodes[await ada.NodeAsync() is "A" ? 0 : 1]))
        {
            node.Kill();
        }

        await Expect(ada.Status).ToHaveTextAsync($"Served by node {survivor} over websocket");
        await bob.SeesVisitorsAsync($"Ada{survivor}red", $"Bob (you){survivor}red");
        await ada.SayAsync("still here");
        await Expect(bob.Messages).ToHaveTextAsync([$"Ada (node {survivor}): still here"]);
    }

    [Test]
    public async Task An_interrupt_ends_everything_and_leaves_nothing()
    {
        Assert.That(_cluster.Nodes.Select(ClusterProcess.IsAlive), Is.All.True);

        await _cluster.InterruptAsync();

        Assert.That(_cluster.Nodes.Select(ClusterProcess.IsAlive), Is.All.False);
        Assert.That(Directory.EnumerateFileSystemEntries(_cluster.Folder), Is.Empty);
        using var client = new TcpClient();
        Assert.That(async () => await client.ConnectAsync(_cluster.Address.Host, _cluster.Address.Port), Throws.InstanceOf<SocketException>());
    }

    /// <summary>Two tabs, on different nodes.</summary>
    private async Task<(ClusterPage Ada, ClusterPage Bob)> OpenTwoAsync()
    {
        var ada = await ClusterPage.OpenAsync(_browser, _cluster.Address, "Ada");
        var bob = await ClusterPage.OpenAsync(_browser, _cluster.Address, "Bob");
        _pages.AddRange([ada, bob]);
        if (string.Equals(await ada.NodeAsync(), await bob.NodeAsync(), StringComparison.Ordinal))
        {
            await bob.MoveToOtherNodeAsync();
        }

        await Expect(ada.Visitors).ToHaveCountAsync(2);
        await Expect(bob.Visitors).ToHaveCountAsync(2);
        return (ada, bob);
    }

    /// <summary>A browser notes each WebSocket that is closed under way.</summary>
    private static bool IsUnexpected(string text) => !text.StartsWith("WebSocket connection to", StringComparison.Ordinal);
}
