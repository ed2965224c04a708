namespace SocketIoSharp;

/// <summary>A session as it is kept in Redis, by this kind of server or by Node's.</summary>
/// <param name="Id">The socket's id.</param>
/// <param name="PrivateId">The secret by which the client finds the session again.</param>
/// <param name="Rooms">The rooms that the socket was in.</param>
/// <param name="Data">The application's values: a JSON object.</param>
/// <param name="ConnectOffset">The offset that was the newest when the client connected; not kept by Node's servers.</param>
/// <param name="HasOwnUser">Whether a middleware had set the user; not kept by Node's servers.</param>
/// <param name="RequestUser">A digest of whom the application's authentication had found; not kept by Node's servers.</param>
internal sealed record StoredSession(
    string Id, string PrivateId, IReadOnlyList<string> Rooms, ClusterValue Data, string? ConnectOffset, bool HasOwnUser, string? RequestUser);
