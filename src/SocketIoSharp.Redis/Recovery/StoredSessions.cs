namespace SocketIoSharp;

/// <summary>Sessions that were kept in Redis.</summary>
internal static class StoredSessions
{
    /// <summary>The session as the server knows it, in whatever process it began.</summary>
    public static RecoverySession ToSession(this StoredSession stored, SocketData data) => new(stored.Id, stored.PrivateId, stored.Rooms, data)
    {
        ConnectOffset = stored.ConnectOffset,
        HasOwnUser = stored.HasOwnUser,
        RequestUserDigest = stored.RequestUser,
    };
}
