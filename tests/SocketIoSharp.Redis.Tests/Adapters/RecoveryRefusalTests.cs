using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>When a client does not get its session back, or not without being checked.</summary>
[TestFixture(AdapterKind.ClassicWithLog)]
[TestFixture(AdapterKind.StreamsWithRecovery)]
public sealed class RecoveryRefusalTests(AdapterKind adapter) : TwoServersFixture
{
    private Inbox<string> _middlewares = null!;
    private ManualTimeProvider _redisTime = null!;
    private RedisLink _link = null!;

    private string Stream => adapter == AdapterKind.ClassicWithLog ? RedisChannels.ClassicLog(Cluster.Prefix, "/") : Cluster.Prefix;

    [TearDown]
    public async Task CloseAsync() => await _link.DisposeAsync();

    [Test]
    public async Task A_stream_that_was_trimmed_behind_the_offset_means_a_new_session()
    {
        await StartAsync();
        var (client, offset) = await LoseAsync();
        await _link.Bus.ExecuteAsync("XADD", new RedisArgument[] { Stream, "MAXLEN", "=", 1, "*", "other", "x" }, CancellationToken.None).Soon();

        Assert.That(await ResumeAsync(client, offset), Is.False);
    }

    [Test]
    public async Task A_session_whose_time_is_up_is_gone()
    {
        await StartAsync();
        var (client, offset) = await LoseAsync();

        _redisTime.Advance(TimeSpan.FromMinutes(2.1));

        Assert.That(await ResumeAsync(client, offset), Is.False);
    }

    [Test]
    public async Task A_session_is_there_until_its_time_is_up()
    {
        await StartAsync();
        var (client, offset) = await LoseAsync();

        _redisTime.Advance(TimeSpan.FromMinutes(1.9));

        Assert.That(await ResumeAsync(client, offset), Is.True);
    }

    [Test]
    public async Task Volatile_events_are_not_sent_again()
    {
        await StartAsync();
        var (client, offset) = await LoseAsync();
        await First.IO.Volatile.EmitAsync("volatile");
        await Second.IO.EmitAsync("missed");

        await using var again = await client.ResumeAsync(Second, offset);

        var packets = new[] { await again.ReceiveAsync(), await again.ReceiveAsync() };
        Assert.That(packets.Select(RecoveringClient.WithoutOffset), Has.One.EqualTo("""2["missed"]"""));
        Assert.That(packets, Has.One.Contains(client.PrivateId));
    }

    [TestCase("X-User: bob", true, true)]
    [TestCase("X-User: root", true, false)]
    [TestCase("X-Nobody: bob", true, false)]
    [TestCase("X-User: root", false, true)]
    public async Task A_session_is_not_given_to_another_user_at_another_server(string header, bool isRequired, bool isResumed)
    {
        await StartAsync(options => options.RequireSameUser = isRequired);
        var (client, offset) = await LoseAsync("X-User: bob");

        Assert.That(await ResumeAsync(client, offset, header), Is.EqualTo(isResumed));
    }

    [Test]
    public async Task Middlewares_are_left_out_for_a_session_that_comes_back()
    {
        await StartAsync();
        var (client, offset) = await LoseAsync();
        Assert.That(await _middlewares.NextAsync(), Is.EqualTo("nobody"));

        Assert.That(await ResumeAsync(client, offset), Is.True);
        Assert.That(_middlewares.Count, Is.Zero);
    }

    [Test]
    public async Task Middlewares_that_have_set_the_user_run_again_at_another_server()
    {
        await StartAsync(user: "root");
        var (client, offset) = await LoseAsync();
        await _middlewares.NextAsync();

        await using var again = await client.ResumeAsync(Second, offset);
        Assert.That((await again.ReceiveConnectAsync()).Id, Is.EqualTo(client.Id));

        Assert.That(await _middlewares.NextAsync(), Is.EqualTo("nobody"), "the user is not kept in Redis");
        Assert.That(Second.IO.Sockets[client.Id].User.Identity!.Name, Is.EqualTo("root"));
        Assert.That(Second.IO.Sockets[client.Id].Recovered, Is.True);
    }

    private static IEnumerable<byte[]> StoredValues()
    {
        yield return [];
        yield return [0xFF, 0x00, 0x80];
        yield return "not base64 at all!"u8.ToArray();
        yield return "gA=="u8.ToArray();
        yield return "wA=="u8.ToArray();
        yield return System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(Security.HostileMessages.Pickled));
        yield return System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String([.. Enumerable.Repeat((byte)0x91, 10_000), 0xC0]));
        yield return new byte[65 * 1024 * 1024];
        foreach (var json in new[]
        {
            """{"sid":1,"pid":"{pid}","rooms":[],"data":{}}""",
            """{"sid":null,"pid":"{pid}","rooms":[],"data":{}}""",
            """{"sid":"","pid":"{pid}","rooms":[],"data":{}}""",
            """{"sid":"x","pid":"another","rooms":[],"data":{}}""",
            """{"sid":"x","pid":"{pid}","rooms":[null],"data":{}}""",
            """{"sid":"x","pid":"{pid}","rooms":{},"data":{}}""",
            """{"sid":"x","pid":"{pid}","rooms":[],"data":{},"requestUser":5}""",
            """{"sid":"x","pid":"{pid}","rooms":[],"data":{},"requestUser":"somebody"}""",
        })
        {
            yield return System.Text.Encoding.UTF8.GetBytes(json);
        }
    }

    [TestCaseSource(nameof(StoredValues))]
    public async Task A_session_that_somebody_has_written_into_redis_is_not_believed(byte[] value)
    {
        await StartAsync();
        var (client, offset) = await LoseAsync();
        var stored = value is [(byte)'{', ..]
            ? System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(Security.HostileMessages.Pack(System.Text.Encoding.UTF8.GetString(value).Replace("{pid}", client.PrivateId, StringComparison.Ordinal))))
            : value;
        await _link.Bus.ExecuteAsync("SET", new RedisArgument[] { $"{Cluster.Prefix}:session:{client.PrivateId}", stored }, CancellationToken.None).Soon();

        await using var again = await client.ResumeAsync(Second, offset);

        var id = (await again.ReceiveConnectAsync()).Id;
        Assert.That(id, Is.Not.EqualTo(client.Id).And.Not.EqualTo("x"));
        await First.IO.EmitAsync("good");
        Assert.That(RecoveringClient.WithoutOffset(await again.ReceiveAsync()), Is.EqualTo("""2["good"]"""));
    }

    [Test]
    public async Task Entries_that_somebody_has_written_into_the_stream_are_passed_over()
    {
        await StartAsync();
        var (client, offset) = await LoseAsync();
        foreach (var message in Security.HostileMessages.Garbage())
        {
            RedisArgument[] entry = adapter == AdapterKind.ClassicWithLog ? [Stream, "*", "m", message] : [Stream, "*", "uid", "x", "nsp", "/", "type", "3", "data", message];
            await _link.Bus.ExecuteAsync("XADD", entry, CancellationToken.None).Soon();
            await _link.Bus.ExecuteAsync("XADD", new RedisArgument[] { Stream, "*", message, message }, CancellationToken.None).Soon();
        }

        await First.IO.EmitAsync("missed");
        await using var again = await client.ResumeAsync(Second, offset);

        var packets = new[] { await again.ReceiveAsync(), await again.ReceiveAsync() };
        Assert.That(packets.Select(RecoveringClient.WithoutOffset), Has.One.EqualTo("""2["missed"]"""));
        Assert.That(packets, Has.One.Contains(client.PrivateId));
    }

    private async Task StartAsync(Action<SocketIOOptions>? configure = null, string? user = null)
    {
        _middlewares = new Inbox<string>();
        _redisTime = new ManualTimeProvider();
        var cluster = new TestCluster(adapter, BusKind.InMemory, _redisTime);
        await StartAsync(cluster, () => StartServerAsync(cluster, configure, user));
        _link = await Cluster.OpenAsync();
    }

    private async Task<ContractServer> StartServerAsync(TestCluster cluster, Action<SocketIOOptions>? configure, string? user)
    {
        var server = await cluster.StartServerAsync(configure, build: static builder => builder.Services.AddSingleton<IStartupFilter, UserFromHeader>());
        server.IO.Use((socket, next) =>
        {
            _middlewares.Add(socket.User.Identity?.Name ?? "nobody");
            if (user is not null)
            {
                socket.User = CreateUser(user);
            }

            return next();
        });
        return server;
    }

    private static ClaimsPrincipal CreateUser(string name) => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "test"));

    /// <summary>Stands in for the application's authentication.</summary>
    private sealed class UserFromHeader : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
        {
            application.Use((context, following) =>
            {
                if (context.Request.Headers["X-User"].ToString() is { Length: > 0 } name)
                {
                    context.User = CreateUser(name);
                }

                return following(context);
            });
            next(application);
        };
    }
}
