namespace SocketIoSharp;

/// <summary>A handler class that lists its events.</summary>
/// <typeparam name="TSelf">The class itself.</typeparam>
public interface ISocketHandler<TSelf>
    where TSelf : SocketHandler, ISocketHandler<TSelf>
{
    /// <summary>Maps events to methods; called once for each use of the class, not for each client.</summary>
    /// <param name="events">Where the events are registered.</param>
    static abstract void MapEvents(EventMap<TSelf> events);
}
