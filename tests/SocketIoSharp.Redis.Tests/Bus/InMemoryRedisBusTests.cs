namespace SocketIoSharp.Redis.Tests;

public sealed class InMemoryRedisBusTests : OrderedBusContract
{
    private protected override Task<BusHost> CreateHostAsync() => Task.FromResult<BusHost>(new InMemoryBusHost());
}

public sealed class RespBusTests : OrderedBusContract
{
    private protected override async Task<BusHost> CreateHostAsync()
    {
        var server = await RedisServer.StartAsync();
        return new ServerBusHost(server, new RespRedisConnection(server));
    }
}
