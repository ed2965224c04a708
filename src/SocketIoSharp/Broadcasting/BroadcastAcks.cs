namespace SocketIoSharp;

/// <summary>The answers to a broadcast.</summary>
/// <typeparam name="T">The type of an answer.</typeparam>
public sealed class BroadcastAcks<T>
{
    /// <summary>Creates the answers.</summary>
    /// <param name="responses">Those that came, in order of their arrival.</param>
    /// <param name="isComplete">Whether all clients have answered.</param>
    public BroadcastAcks(IReadOnlyList<T> responses, bool isComplete)
        : this(responses, isComplete, missingServers: 0)
    {
    }

    /// <summary>Creates the answers.</summary>
    /// <param name="responses">Those that came, in order of their arrival.</param>
    /// <param name="isComplete">Whether all clients have answered.</param>
    /// <param name="missingServers">How many servers of the cluster have not answered.</param>
    public BroadcastAcks(IReadOnlyList<T> responses, bool isComplete, int missingServers)
    {
        Responses = responses;
        IsComplete = isComplete;
        MissingServers = missingServers;
    }

    /// <summary>The answers that came, in order of their arrival.</summary>
    public IReadOnlyList<T> Responses { get; }

    /// <summary>Whether all clients that the event reached have answered in time.</summary>
    public bool IsComplete { get; }

    /// <summary>How many servers of the cluster have not said anything: too slow, or gone. Whatever their clients answered is not here.</summary>
    public int MissingServers { get; }
}
