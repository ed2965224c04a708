using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Namespaces are spread over several streams.</summary>
public sealed class SeveralStreamsTests
{
    [Test]
    public async Task An_emitter_reaches_a_namespace_through_every_stream([Range(0, 3)] int number)
    {
        await using var cluster = new TestCluster(AdapterKind.StreamsSharded, BusKind.InMemory);
        var server = await cluster.StartServerAsync();
        await using var client = await server.ConnectAsync();
        var bus = server.Services.GetRequiredKeyedService<RedisResources>(string.Empty).Link.Bus;

        await bus.ExecuteAsync(
            "XADD",
            new RedisArgument[]
            {
                $"{cluster.Prefix}-{number}", "*", "uid", "emitter", "nsp", "/", "type", "3",
                "data", """{"packet":{"type":2,"data":["news",1],"nsp":"/"},"opts":{"rooms":[],"except":[],"flags":{}}}""",
            },
            CancellationToken.None).Soon();

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""2["news",1]"""));
    }
}
