namespace SocketIoSharp;

/// <summary>Brings what is said to all servers of a namespace onto the wire of one kind of adapter; used by adapters and by emitters.</summary>
internal interface IClusterPublisher
{
    /// <summary>Publishes; messages of calls one after the other arrive in their order.</summary>
    Task PublishAsync(ClusterMessage message);
}
