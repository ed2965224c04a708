using SocketIoSharp;

namespace SocketIoSharp.BenchmarkHost;

/// <summary>The adapters on Redis, by the names that the benchmark knows them by.</summary>
internal static class Adapters
{
    public static void Add(ISocketIOBuilder builder, string name, string redis)
    {
        switch (name)
        {
            case "classic":
                builder.AddRedisAdapter(redis);
                break;
            case "classic-recovery":
                builder.AddRedisAdapter(redis, static options => options.RecoveryLog = new RedisRecoveryLogOptions());
                Recover(builder);
                break;
            case "sharded":
                builder.AddShardedRedisAdapter(redis);
                break;
            case "streams":
                builder.AddRedisStreamsAdapter(redis);
                break;
            case "streams-recovery":
                builder.AddRedisStreamsAdapter(redis);
                Recover(builder);
                break;
            default:
                throw new ArgumentException($"There is no adapter \"{name}\".", nameof(name));
        }
    }

    private static void Recover(ISocketIOBuilder builder)
        => builder.Services.Configure<SocketIOOptions>(static options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions());
}
