namespace SocketIoSharp;

/// <summary>What a client is told when it wants to join a namespace.</summary>
internal static class ConnectReply
{
    /// <summary>Version 2 clients know their ids, and get no payload.</summary>
    public static void Send(ServerSocket socket)
        => socket.Connection.SendPacket(
            SocketIOPacketType.Connect,
            socket.OwnNamespace.WireName,
            socket.Connection.IsProtocol4 ? default : ConnectPayload.Joined(socket.Id, socket.PrivateId));

    public static void SendError(ClientConnection connection, ReadOnlyMemory<byte> namespaceName, string message, object? details, bool isAlwaysObject = false)
    {
        var data = Serialize(connection.Server.Serializer, details);
        connection.SendPacket(
            SocketIOPacketType.ConnectError,
            namespaceName,
            connection.IsProtocol4 && !isAlwaysObject ? ConnectPayload.RefusedInVersion2(message, data) : ConnectPayload.Refused(message, data));
    }

    private static byte[] Serialize(IPayloadSerializer serializer, object? details)
    {
        if (details is null or string)
        {
            return details is string text ? ConnectPayload.Text(text) : [];
        }

        var writer = ArgumentWriter.Rent();
        try
        {
            serializer.Write(writer, details);
            return writer.Written.ToArray();
        }
        finally
        {
            writer.Return();
        }
    }
}
