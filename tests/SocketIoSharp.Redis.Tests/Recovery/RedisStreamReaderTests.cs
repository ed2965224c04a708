using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using SocketIoSharp.EngineIO;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Recovery;

/// <summary>Reading a stream on a connection of its own.</summary>
public sealed class RedisStreamReaderTests
{
    [Test]
    public async Task What_entries_send_that_are_read_together_is_held_until_the_last_of_them()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var options = new RedisStreamsAdapterOptions();
        await using var link = new RedisLink(
            RedisConnection.InMemory(new InMemoryRedis()), options, NullLoggerFactory.Instance, services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        var handled = new Inbox<bool>();
        using var mayGoOn = new ManualResetEventSlim();
        await using var reader = new RedisStreamReader(link, "stream", options, TimeProvider.System, NullLogger.Instance);
        reader.Add("/", _ =>
        {
            handled.Add(FlushMarks.Current is not null);
            mayGoOn.Wait(Eventually.Patience);
        });
        await reader.Started.Soon();

        await AppendAsync(link);
        Assert.That(await handled.NextAsync(), Is.False, "one that comes alone");
        await AppendAsync(link);
        await AppendAsync(link);
        mayGoOn.Set();

        Assert.That(await handled.NextAsync(), Is.True);
        Assert.That(await handled.NextAsync(), Is.True);
    }

    private static Task AppendAsync(RedisLink link)
        => link.Bus.ExecuteAsync("XADD", new RedisArgument[] { "stream", "*", "nsp", "/" }, CancellationToken.None).Soon();
}
