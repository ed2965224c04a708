using SocketIoSharp.TestKit;

namespace SocketIoSharp.Transport.Epoll.Tests;

/// <summary>Unless everything runs inline, what waits for a socket goes on on the thread pool.</summary>
public sealed class BlockingHandlersTests
{
    [Test]
    public async Task A_handler_that_blocks_stops_nobody_else()
    {
        using var release = new ManualResetEventSlim();
        await using var server = await EpollServer.StartAsync(isInline: false, async connection =>
        {
            if (await connection.Transport.Input.ReadTextAsync(4) == "wait")
            {
                release.Wait(Eventually.Patience);
            }

            connection.Transport.Output.WriteText("done");
            await connection.Transport.Output.FlushAsync();
        });
        using var blocked = await server.ConnectAsync();
        await blocked.SendTextAsync("wait");
        var others = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => server.ConnectAsync()));

        foreach (var other in others)
        {
            await other.SendTextAsync("work");
            Assert.That(await other.ReceiveTextAsync(4), Is.EqualTo("done"));
            other.Dispose();
        }

        release.Set();
        Assert.That(await blocked.ReceiveTextAsync(4), Is.EqualTo("done"));
    }
}
