namespace SocketIoSharp.TestKit;

/// <summary>Reaches a Redis without a client library: also what only Redis 7 has, such as sharded channels.</summary>
public sealed class RespRedisConnection : RedisConnection
{
    private readonly RedisAddress _address;

    public RespRedisConnection(RedisServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        _address = server.Address;
    }

    public RespRedisConnection(string host, int port) => _address = new RedisAddress(host, port);

    internal override IRedisBus CreateBus(RedisBusContext context) => new RespBus(_address, context);
}
