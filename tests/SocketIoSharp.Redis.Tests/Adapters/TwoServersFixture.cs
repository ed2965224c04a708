using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Two servers that are connected with each other, and clients that lose the first of them and come back at the second.</summary>
public abstract class TwoServersFixture : IAsyncDisposable
{
    private protected TestCluster Cluster { get; private set; } = null!;

    private protected ContractServer First { get; private set; } = null!;

    private protected ContractServer Second { get; private set; } = null!;

    [TearDown]
    public async Task StopAsync() => await Cluster.DisposeAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Cluster.DisposeAsync();
    }

    /// <summary>Starts both and waits until they know of each other.</summary>
    /// <param name="cluster">What they are part of.</param>
    /// <param name="startServer">How one of them is started, if not as the cluster does it.</param>
    private protected async Task StartAsync(TestCluster cluster, Func<Task<ContractServer>>? startServer = null)
    {
        startServer ??= () => cluster.StartServerAsync();
        Cluster = cluster;
        First = await startServer();
        Second = await startServer();
        await cluster.WhenCompleteAsync(2);
    }

    /// <summary>A client of the first server that has seen one event when it loses its connection, and the offset of that event.</summary>
    private protected async Task<(RecoveringClient Client, string Offset)> LoseAsync(params string[] headers)
    {
        var client = await RecoveringClient.ConnectAsync(First, headers);
        await First.IO.EmitAsync("seen");
        var offset = RecoveringClient.ReadOffset(await client.ReceiveAsync());
        await client.LoseAsync(First, Cluster);
        return (client, offset);
    }

    /// <summary>Whether a client gets its session back at the second server.</summary>
    private protected async Task<bool> ResumeAsync(RecoveringClient client, string offset, params string[] headers)
    {
        await using var again = await client.ResumeAsync(Second, offset, headers);
        return (await again.ReceiveConnectAsync()).Id == client.Id;
    }
}
