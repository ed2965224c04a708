namespace SocketIoSharp;

/// <summary>Connects servers of one process as Redis would.</summary>
public sealed class InMemoryRedis
{
    internal IRedisBus CreateBus(RedisBusContext context) => throw new NotSupportedException(context.ToString());
}
