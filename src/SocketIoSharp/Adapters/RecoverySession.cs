using System.Security.Claims;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>What is kept of a client that lost its connection and may come back.</summary>
/// <remarks>Node: <c>SessionToPersist</c>.</remarks>
public sealed class RecoverySession
{
    /// <summary>Creates the session.</summary>
    /// <param name="id">The socket's id.</param>
    /// <param name="privateId">The secret by which the client finds it again.</param>
    /// <param name="rooms">The rooms that the socket was in.</param>
    /// <param name="data">The application's values.</param>
    public RecoverySession(string id, string privateId, IReadOnlyCollection<string> rooms, SocketData data)
    {
        Id = id;
        PrivateId = privateId;
        Rooms = rooms;
        Data = data;
    }

    /// <summary>The socket's id.</summary>
    public string Id { get; }

    /// <summary>The secret by which the client finds the session again.</summary>
    public string PrivateId { get; }

    /// <summary>The rooms that the socket was in.</summary>
    public IReadOnlyCollection<string> Rooms { get; }

    /// <summary>The application's values.</summary>
    public SocketData Data { get; }

    /// <summary>The offset that was the newest when the client connected: where a client that received nothing since begins.</summary>
    public string? ConnectOffset { get; init; }

    /// <summary>The user, when a middleware had set one; known in the process where that was.</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>Whom the application's authentication had found in the client's first request; known in the process where that was.</summary>
    internal UserKey? RequestUser { get; init; }

    /// <summary>The same, when it was another process that knew; null when there was nobody.</summary>
    internal string? RequestUserDigest { get; init; }

    /// <summary>Whether a middleware had set the user: outside of the process that knows it, the middlewares must run again.</summary>
    public bool HasOwnUser { get; init; }

    /// <summary>Whether the user of a request may have the session: it is bound to the user that it began with.</summary>
    internal bool IsFor(UserKey? user)
    {
        if (RequestUser is { } own)
        {
            return own == user;
        }

        return RequestUserDigest is null || RequestUserDigest == user?.CreateDigest();
    }
}
