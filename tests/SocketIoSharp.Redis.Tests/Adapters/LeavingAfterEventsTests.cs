namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>With a log, clients get an event of their own server when it comes back. What makes them leave does not overtake it.</summary>
[TestFixture(AdapterKind.ClassicWithLog)]
[TestFixture(AdapterKind.StreamsWithRecovery)]
public sealed class LeavingAfterEventsTests(AdapterKind adapter)
{
    [Test]
    public async Task An_event_reaches_clients_that_are_disconnected_right_after_it()
    {
        await using var cluster = new TestCluster(adapter, BusKind.InMemory);
        var server = await cluster.StartServerAsync();
        await using var client = await server.ConnectAsync();

        await server.IO.EmitAsync("bye");
        await server.IO.DisconnectSocketsAsync();

        Assert.That(await client.ReceiveAsync(), Does.StartWith("""2["bye"""));
    }

    [Test]
    public async Task An_event_reaches_clients_that_leave_its_room_right_after_it()
    {
        await using var cluster = new TestCluster(adapter, BusKind.InMemory);
        var server = await cluster.StartServerAsync();
        await using var client = await server.ConnectAsync();
        await server.IO.SocketsJoinAsync("r");

        await server.IO.To("r").EmitAsync("last");
        await server.IO.SocketsLeaveAsync("r");
        await server.IO.To("r").EmitAsync("too late");
        await server.IO.EmitAsync("end");

        Assert.That(await client.ReceiveAsync(), Does.StartWith("""2["last"""));
        Assert.That(await client.ReceiveAsync(), Does.StartWith("""2["end"""));
    }

    [Test]
    public async Task While_redis_is_away_nobody_waits_for_what_does_not_come_back()
    {
        await using var cluster = new TestCluster(adapter, BusKind.InMemory);
        var server = await cluster.StartServerAsync();
        await using var client = await server.ConnectAsync();
        cluster.InMemory.SetAvailable(false);

        await server.IO.EmitAsync("bye");
        await server.IO.DisconnectSocketsAsync().Soon();

        Assert.That(await client.ReceiveAsync(), Does.StartWith("""2["bye"""));
    }
}
