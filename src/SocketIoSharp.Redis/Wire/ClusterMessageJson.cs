using System.Buffers;

namespace SocketIoSharp;

/// <summary>
/// The messages of all adapters but the classic one: what is in their member data, by their type. An answer without a value
/// lacks its member <c>packet</c>.
/// </summary>
internal static class ClusterMessageJson
{
    private static readonly string[] s_data = ["packet", "requestId", "opts", "rooms", "close", "sockets", "clientCount"];
    private static readonly string[] s_packet = ["type", "data", "id"];

    /// <summary>Whether messages of this type may hold binary values; in others Node does not look for them.</summary>
    public static bool MayHoldBinary(ClusterMessageType type) => type
        is ClusterMessageType.Broadcast
        or ClusterMessageType.FetchSocketsResponse
        or ClusterMessageType.ServerSideEmit
        or ClusterMessageType.ServerSideEmitResponse
        or ClusterMessageType.BroadcastAck;

    public static bool HasData(ClusterMessage message) => message is not (InitialHeartbeatMessage or HeartbeatMessage or AdapterCloseMessage);

    /// <summary>Writes the member data.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="message">A message that has data.</param>
    /// <param name="writesUndefined">Whether a value that is not there is written as null, as one of Node's two encoders does.</param>
    public static void WriteData(ArgumentWriter output, ClusterMessage message, bool writesUndefined)
    {
        switch (message)
        {
            case BroadcastMessage broadcast:
                WriteBroadcast(output, broadcast);
                break;
            case SocketsJoinMessage join:
                WriteRooms(output, join.Options, join.Rooms);
                break;
            case SocketsLeaveMessage leave:
                WriteRooms(output, leave.Options, leave.Rooms);
                break;
            case DisconnectSocketsMessage disconnect:
                output.Write("{\"opts\":"u8);
                WireOptions.Write(output, disconnect.Options);
                output.Write(",\"close\":"u8);
                WireWriter.WriteBoolean(output, disconnect.CloseConnection);
                break;
            case FetchSocketsMessage fetch:
                output.Write("{\"opts\":"u8);
                WireOptions.Write(output, fetch.Options);
                output.Write(",\"requestId\":"u8);
                WireWriter.WriteString(output, fetch.RequestId);
                break;
            case ServerSideEmitMessage emit:
                output.Write("{"u8);
                if (emit.RequestId is { } requestId)
                {
                    output.Write("\"requestId\":"u8);
                    WireWriter.WriteString(output, requestId);
                    output.Write(","u8);
                }

                output.Write("\"packet\":"u8);
                WirePayload.Write(output, emit.Packet);
                break;
            case ClusterResponse response:
                WriteResponse(output, response, writesUndefined);
                break;
        }

        output.Write("}"u8);
    }

    /// <summary>Reads a message of a known type; null when its data are not what they must be.</summary>
    public static ClusterMessage? Read(ClusterMessageType type, string uid, string namespaceName, ReadOnlyMemory<byte> data, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        switch (type)
        {
            case ClusterMessageType.InitialHeartbeat:
                return new InitialHeartbeatMessage { Uid = uid, Namespace = namespaceName };
            case ClusterMessageType.Heartbeat:
                return new HeartbeatMessage { Uid = uid, Namespace = namespaceName };
            case ClusterMessageType.AdapterClose:
                return new AdapterCloseMessage { Uid = uid, Namespace = namespaceName };
        }

        if (WireReader.ReadMembers(data, s_data) is not [var packet, var requestIdJson, var opts, var roomsJson, var close, var sockets, var clientCount])
        {
            return null;
        }

        var requestId = WireReader.ReadId(requestIdJson);
        if (type >= ClusterMessageType.FetchSocketsResponse && type != ClusterMessageType.ServerSideEmit)
        {
            return requestId is null ? null : ReadResponse(type, uid, namespaceName, requestId, packet, sockets, clientCount, attachments);
        }

        // A question that could not be answered is not to be taken for one that wants no answer.
        if (requestId is null && !WireReader.IsAbsent(requestIdJson))
        {
            return null;
        }

        if (type == ClusterMessageType.ServerSideEmit)
        {
            return WireReader.IsArray(packet)
                ? new ServerSideEmitMessage { Uid = uid, Namespace = namespaceName, RequestId = requestId, Packet = WirePayload.ToPacket(namespaceName, packet, attachments, id: null) }
                : null;
        }

        if (WireOptions.Read(opts) is not { } options || !WireReader.TryReadRooms(roomsJson, out var rooms))
        {
            return null;
        }

        return type switch
        {
            ClusterMessageType.Broadcast when ReadPacket(namespaceName, packet, attachments) is { } read
                => new BroadcastMessage { Uid = uid, Namespace = namespaceName, RequestId = requestId, Packet = read, Options = options },
            ClusterMessageType.SocketsJoin => new SocketsJoinMessage { Uid = uid, Namespace = namespaceName, Options = options, Rooms = rooms },
            ClusterMessageType.SocketsLeave => new SocketsLeaveMessage { Uid = uid, Namespace = namespaceName, Options = options, Rooms = rooms },
            ClusterMessageType.DisconnectSockets
                => new DisconnectSocketsMessage { Uid = uid, Namespace = namespaceName, Options = options, CloseConnection = WireReader.IsTruthy(close) },
            ClusterMessageType.FetchSockets when requestId is not null
                => new FetchSocketsMessage { Uid = uid, Namespace = namespaceName, Options = options, RequestId = requestId },
            _ => null,
        };
    }

    /// <summary>Reads {type, data}, and what else a packet may have; null when it is no event.</summary>
    public static EncodedPacket? ReadPacket(string namespaceName, ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        if (WireReader.ReadMembers(json, s_packet) is not [var type, var data, var id] || !IsEvent(WireReader.ReadNumber(type)) || !WireReader.IsArray(data))
        {
            return null;
        }

        return WirePayload.ToPacket(namespaceName, data, attachments, WireReader.ReadInteger(id, 0, WireReader.LargestInteger));
    }

    /// <summary>The type of packets: an event, which emitters of some age call a binary one; nothing at all is taken for one, too.</summary>
    public static bool IsEvent(double? type) => type is null or 2 or 5;

    public static List<RemoteSocketDescription> ReadSockets(List<ReadOnlyMemory<byte>> elements, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        var sockets = new List<RemoteSocketDescription>();
        foreach (var element in elements)
        {
            // One that cannot be read must not keep the others from whoever waits for them.
            if (WireSocket.Read(element, attachments) is { } socket)
            {
                sockets.Add(socket);
            }
        }

        return sockets;
    }

    public static void WriteSockets(ArgumentWriter output, IReadOnlyList<RemoteSocketDescription> sockets)
    {
        output.Write("["u8);
        for (var index = 0; index < sockets.Count; index++)
        {
            if (index > 0)
            {
                output.Write(","u8);
            }

            WireSocket.Write(output, sockets[index]);
        }

        output.Write("]"u8);
    }

    private static void WriteBroadcast(ArgumentWriter output, BroadcastMessage broadcast)
    {
        var isOfEmitter = broadcast.Uid == ClassicWire.EmitterUid;
        output.Write("{\"packet\":{\"type\":2,\"data\":"u8);
        WirePayload.Write(output, broadcast.Packet);
        if (broadcast.Packet.Id is { } id)
        {
            output.Write(",\"id\":"u8);
            WireWriter.WriteInteger(output, id);
        }

        // Emitters name the namespace once more.
        if (isOfEmitter)
        {
            output.Write(",\"nsp\":"u8);
            WireWriter.WriteString(output, broadcast.Packet.Namespace);
        }

        output.Write("}"u8);
        if (broadcast.RequestId is { } requestId)
        {
            output.Write(",\"requestId\":"u8);
            WireWriter.WriteString(output, requestId);
        }

        output.Write(",\"opts\":"u8);
        WireOptions.Write(output, broadcast.Options, isOfEmitter);
    }

    private static void WriteRooms(ArgumentWriter output, BroadcastOptions options, IReadOnlyCollection<string> rooms)
    {
        output.Write("{\"opts\":"u8);
        WireOptions.Write(output, options);
        output.Write(",\"rooms\":"u8);
        WireWriter.WriteStrings(output, rooms);
    }

    private static void WriteResponse(ArgumentWriter output, ClusterResponse response, bool writesUndefined)
    {
        output.Write("{\"requestId\":"u8);
        WireWriter.WriteString(output, response.RequestId);
        switch (response)
        {
            case FetchSocketsResponse fetch:
                output.Write(",\"sockets\":"u8);
                WriteSockets(output, fetch.Sockets);
                break;
            case BroadcastClientCountResponse count:
                output.Write(",\"clientCount\":"u8);
                WireWriter.WriteInteger(output, count.ClientCount);
                break;
            case ServerSideEmitResponse emit:
                WriteValue(output, emit.Value, writesUndefined);
                break;
            case BroadcastAckResponse ack:
                WriteValue(output, ack.Value, writesUndefined);
                break;
        }
    }

    private static void WriteValue(ArgumentWriter output, ClusterValue? value, bool writesUndefined)
    {
        if (value is not null)
        {
            output.Write(",\"packet\":"u8);
            WirePayload.Write(output, value);
        }
        else if (writesUndefined)
        {
            output.Write(",\"packet\":null"u8);
        }
    }

    private static ClusterResponse? ReadResponse(
        ClusterMessageType type,
        string uid,
        string namespaceName,
        string requestId,
        ReadOnlyMemory<byte> packet,
        ReadOnlyMemory<byte> sockets,
        ReadOnlyMemory<byte> clientCount,
        IReadOnlyList<ReadOnlyMemory<byte>> attachments) => type switch
        {
            ClusterMessageType.FetchSocketsResponse when WireReader.ReadElements(sockets) is { } elements
                => new FetchSocketsResponse { Uid = uid, Namespace = namespaceName, RequestId = requestId, Sockets = ReadSockets(elements, attachments) },
            ClusterMessageType.ServerSideEmitResponse
                => new ServerSideEmitResponse { Uid = uid, Namespace = namespaceName, RequestId = requestId, Value = WirePayload.ToValueOrNull(packet, attachments) },
            ClusterMessageType.BroadcastClientCount when WireReader.ReadInteger(clientCount, 0, int.MaxValue) is { } count
                => new BroadcastClientCountResponse { Uid = uid, Namespace = namespaceName, RequestId = requestId, ClientCount = (int)count },
            ClusterMessageType.BroadcastAck
                => new BroadcastAckResponse { Uid = uid, Namespace = namespaceName, RequestId = requestId, Value = WirePayload.ToValueOrNull(packet, attachments) },
            _ => null,
        };
}
