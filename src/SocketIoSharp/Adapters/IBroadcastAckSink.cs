namespace SocketIoSharp;

/// <summary>Receives what becomes of a broadcast that asks for answers. Called from any thread.</summary>
public interface IBroadcastAckSink
{
    /// <summary>A server has sent the event to so many clients; called once for each server.</summary>
    /// <param name="count">The number of clients whose answers will follow.</param>
    void OnClientCount(int count);

    /// <summary>A client has answered.</summary>
    /// <param name="response">The first argument of its answer; null when it had none.</param>
    void OnResponse(EventArgument? response);

    /// <summary>The other servers have not got the event: only this server's clients will answer.</summary>
    void OnUnpublished();

    /// <summary>The adapter closes: nothing more will come.</summary>
    void OnClosed();

    /// <summary>A client has gone without an answer.</summary>
    void OnMissing();
}
