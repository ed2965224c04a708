using System.Text.RegularExpressions;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Namespaces;

/// <summary>How dynamic namespaces end, and how many of them there may be.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class ChildNamespaceLimitsTests
{
    private IDynamicNamespace _tenants = null!;
    private SocketIOTestServer _server = null!;

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_child_whose_last_client_has_left_stays_unless_the_option_says_otherwise([Values] bool cleanUp)
    {
        var adapters = new Inbox<ObservedAdapter>();
        await StartAsync(options =>
        {
            options.CleanupEmptyChildNamespaces = cleanUp;
            options.AdapterFactory = context =>
            {
                var adapter = new ObservedAdapter(context);
                adapters.Add(adapter);
                return adapter;
            };
        });
        await adapters.NextAsync();
        await using var first = await ProtocolClient.ConnectAsync(_server, name: "/tenant-1,");
        await using var second = await ProtocolClient.ConnectAsync(_server, name: "/tenant-1,");
        var child = _tenants.Children.Single();
        var adapter = await adapters.NextAsync();

        await first.SendAsync("41/tenant-1,");
        await first.JoinAsync();
        Assert.That(_tenants.Children, Has.Count.EqualTo(1));
        second.WebSocket!.Reset();
        await Eventually.True(() => child.Sockets.Count == 0);

        if (cleanUp)
        {
            await adapter.Closed.Task.Soon();
            Assert.That(_tenants.Children, Is.Empty);
            Assert.That(_server.IO.Namespaces.Select(static of => of.Name), Is.EqualTo(new[] { "/" }));
        }
        else
        {
            Assert.That(_tenants.Children.Single(), Is.SameAs(child));
            Assert.That(adapter.Closed.Task.IsCompleted, Is.False);
        }
    }

    [Test]
    public async Task A_refused_client_leaves_no_namespace_behind()
    {
        await StartAsync(static options => options.CleanupEmptyChildNamespaces = true);
        _tenants.Use(static (_, _) => throw new ConnectionRefusedException("no"));
        await using var client = await ProtocolClient.OpenAsync(_server.Address);

        await client.SendAsync("40/tenant-1,");

        await client.AssertNextAsync("44/tenant-1,{\"message\":\"no\"}");
        Assert.That(_tenants.Children, Is.Empty);
    }

    [Test]
    public async Task Static_namespaces_stay_when_they_are_empty()
    {
        await StartAsync(static options => options.CleanupEmptyChildNamespaces = true);
        _server.IO.Of("/static");
        await using var client = await ProtocolClient.ConnectAsync(_server, name: "/static,");

        await client.SendAsync("41/static,");

        await client.JoinAsync("/static,");
    }

    [Test]
    public async Task Clients_that_come_while_others_leave_are_always_let_in()
    {
        const int Rounds = 200;
        await StartAsync(static options => options.CleanupEmptyChildNamespaces = true);
        _tenants.OnConnection(static socket => socket.EmitAsync("in"));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(ComeAndGoAsync)));

        await Eventually.True(() => _tenants.Children.Count == 0);

        async Task ComeAndGoAsync()
        {
            await using var client = await ProtocolClient.OpenAsync(_server.Address);
            for (var i = 0; i < Rounds; i++)
            {
                await client.JoinAsync("/tenant-1,");
                Assert.That(await client.ReceiveAsync(), Is.EqualTo("42/tenant-1,[\"in\"]"));
                await client.SendAsync("41/tenant-1,");
            }
        }
    }

    [Test]
    public async Task A_client_is_refused_when_all_children_are_in_use_and_empty_ones_make_room()
    {
        await StartAsync(static options => options.MaxChildNamespaces = 2);
        await using var client = await ProtocolClient.OpenAsync(_server.Address);
        await client.JoinAsync("/tenant-1,");
        await client.JoinAsync("/tenant-2,");

        await client.SendAsync("40/tenant-3,");
        await client.AssertNextAsync("44/tenant-3,{\"message\":\"Invalid namespace\"}");
        Assert.That(_server.Log.Of("TooManyChildren").Single().Message, Does.Contain("MaxChildNamespaces"));
        await client.SendAsync("41/tenant-1,");
        await client.JoinAsync("/tenant-3,");

        Assert.That(_tenants.Children.Select(static child => child.Name), Is.EquivalentTo(new[] { "/tenant-2", "/tenant-3" }));
    }

    [Test]
    public async Task A_flood_of_refused_clients_is_logged_once_a_minute_with_their_number()
    {
        var time = new ManualTimeProvider();
        await StartAsync(
            static options =>
            {
                options.MaxChildNamespaces = 1;
                options.PingInterval = TimeSpan.FromHours(1);
            },
            time);
        await using var client = await ProtocolClient.OpenAsync(_server.Address);
        await client.JoinAsync("/tenant-1,");

        await RefuseAsync(3);
        time.Advance(TimeSpan.FromSeconds(59));
        await RefuseAsync(1);
        Assert.That(Refusals(), Is.EqualTo(new[] { "1" }));
        time.Advance(TimeSpan.FromSeconds(1));
        await RefuseAsync(2);
        time.Advance(TimeSpan.FromMinutes(2));
        await RefuseAsync(1);

        Assert.That(Refusals(), Is.EqualTo(new[] { "1", "4", "2" }));

        async Task RefuseAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await client.SendAsync("40/tenant-2,");
                await client.AssertNextAsync("44/tenant-2,{\"message\":\"Invalid namespace\"}");
            }
        }

        IEnumerable<string> Refusals() => _server.Log.Of("TooManyChildren").Select(static line => line.Message.Split(": ")[^1]);
    }

    [Test]
    public async Task The_limit_does_not_apply_to_names_that_the_application_asks_for()
    {
        await StartAsync(static options => options.MaxChildNamespaces = 1);
        await using var client = await ProtocolClient.ConnectAsync(_server, name: "/tenant-1,");

        var second = _server.IO.Of("/tenant-2");

        Assert.That(second.Name, Is.EqualTo("/tenant-2"));
        Assert.That(_tenants.Children, Has.Count.EqualTo(2));
    }

    private async Task StartAsync(Action<SocketIOOptions> options, TimeProvider? time = null)
        => _server = await SocketIOTestServer.StartAsync(io => _tenants = io.Of(Tenant()), options, time);

    [GeneratedRegex("^/tenant-[0-9]+$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Tenant();

    private sealed class ObservedAdapter(AdapterContext context) : Adapter(context)
    {
        public TaskCompletionSource Closed { get; } = new();

        public override Task CloseAsync(CancellationToken cancellationToken)
        {
            Closed.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
