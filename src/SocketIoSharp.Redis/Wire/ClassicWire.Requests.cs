using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SocketIoSharp;

/// <summary>Requests: JSON, but for events to clients that ask for answers.</summary>
internal sealed partial class ClassicWire
{
    private static readonly string[] s_requestMembers = ["type", "uid", "requestId", "opts", "rooms", "close", "data", "packet", "sid", "room"];

    public byte[] EncodeRequest(ClusterMessage message)
    {
        var output = ArgumentWriter.Rent();
        try
        {
            switch (message)
            {
                case SocketsJoinMessage join:
                    WriteOperation(output, join.Uid, JoinType, join.Options);
                    WriteRooms(output, join.Rooms);
                    break;
                case SocketsLeaveMessage leave:
                    WriteOperation(output, leave.Uid, LeaveType, leave.Options);
                    WriteRooms(output, leave.Rooms);
                    break;
                case DisconnectSocketsMessage disconnect:
                    WriteOperation(output, disconnect.Uid, DisconnectType, disconnect.Options);
                    output.Write(",\"close\":"u8);
                    WireWriter.WriteBoolean(output, disconnect.CloseConnection);
                    break;
                case FetchSocketsMessage fetch:
                    WriteQuestion(output, fetch.Uid, fetch.RequestId, FetchType);
                    output.Write(",\"opts\":"u8);
                    WireOptions.WriteWithoutFlags(output, fetch.Options);
                    break;
                case ServerSideEmitMessage emit:
                    WriteQuestion(output, emit.Uid, emit.RequestId, ServerSideEmitType);
                    output.Write(",\"data\":"u8);
                    WirePayload.Write(output, emit.Packet);
                    break;
                case BroadcastMessage broadcast:
                    WriteQuestion(output, broadcast.Uid, broadcast.RequestId, BroadcastType);
                    output.Write(",\"packet\":"u8);
                    WritePacket(output, broadcast.Packet);
                    output.Write(",\"opts\":"u8);
                    WireOptions.Write(output, broadcast.Options);
                    output.Write("}"u8);
                    return ToBytes(output);
                default:
                    throw new ArgumentException($"The classic adapter has no request for messages of the type {message.Type}.", nameof(message));
            }

            output.Write("}"u8);
            return WireWriter.ToJson(output);
        }
        finally
        {
            output.Return();
        }
    }

    public byte[] EncodeAllRoomsRequest(string uid, string requestId)
    {
        var output = ArgumentWriter.Rent();
        try
        {
            WriteQuestion(output, uid, requestId, AllRoomsType);
            output.Write("}"u8);
            return WireWriter.ToJson(output);
        }
        finally
        {
            output.Return();
        }
    }

    public bool TryDecodeRequest(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ClassicRequest? request)
    {
        request = TryReadText(bytes, out var text) && WireReader.ReadMembers(text.Json, s_requestMembers) is { } members ? ReadRequest(new RequestMembers(members), text) : null;
        return request is not null;
    }

    private static void WriteQuestion(ArgumentWriter output, string uid, string? requestId, int type)
    {
        output.Write("{\"uid\":"u8);
        WireWriter.WriteString(output, uid);
        if (requestId is not null)
        {
            output.Write(",\"requestId\":"u8);
            WireWriter.WriteString(output, requestId);
        }

        output.Write(",\"type\":"u8);
        WireWriter.WriteInteger(output, type);
    }

    // Emitters do not say who they are.
    private static void WriteOperation(ArgumentWriter output, string uid, int type, BroadcastOptions options)
    {
        if (uid == EmitterUid)
        {
            output.Write("{\"type\":"u8);
            WireWriter.WriteInteger(output, type);
        }
        else
        {
            WriteQuestion(output, uid, requestId: null, type);
        }

        output.Write(",\"opts\":"u8);
        WireOptions.WriteWithoutFlags(output, options);
    }

    private static void WriteRooms(ArgumentWriter output, IReadOnlyCollection<string> rooms)
    {
        output.Write(",\"rooms\":"u8);
        WireWriter.WriteStrings(output, rooms);
    }

    private ClassicRequest? ReadRequest(in RequestMembers members, WireText text)
    {
        var type = WireReader.ReadInteger(members.Type, SocketIdsType, BroadcastType);
        var uid = WireReader.ReadId(members.Uid);
        var requestId = WireReader.ReadId(members.RequestId);

        // A question that could not be answered is not to be taken for one that wants no answer.
        if (type is null || (uid is null && !WireReader.IsAbsent(members.Uid)) || (requestId is null && !WireReader.IsAbsent(members.RequestId)))
        {
            return null;
        }

        switch (type)
        {
            case SocketIdsType:
                return requestId is not null && WireReader.TryReadRooms(members.Rooms, out var rooms)
                    ? new ClassicRequest { Kind = ClassicRequestKind.SocketIds, Uid = uid, RequestId = requestId, Rooms = rooms }
                    : null;
            case AllRoomsType:
                return requestId is not null ? new ClassicRequest { Kind = ClassicRequestKind.AllRooms, Uid = uid, RequestId = requestId } : null;
            case JoinType or LeaveType or DisconnectType when WireReader.IsAbsent(members.Options):
                return ReadLegacyRequest((int)type, uid, requestId, members);
        }

        var message = ReadMessage((int)type, uid ?? EmitterUid, requestId, members, text);
        return message is null ? null : new ClassicRequest { Kind = ClassicRequestKind.Message, Uid = uid, RequestId = requestId, Message = message };
    }

    private ClusterMessage? ReadMessage(int type, string uid, string? requestId, in RequestMembers members, WireText text)
    {
        if (type == ServerSideEmitType)
        {
            return WireReader.IsArray(members.Data)
                ? new ServerSideEmitMessage
                {
                    Uid = uid,
                    Namespace = namespaceName,
                    RequestId = requestId,
                    Packet = WirePayload.ToPacket(namespaceName, members.Data, text.Attachments, id: null),
                }
                : null;
        }

        if (WireOptions.Read(members.Options) is not { } options || !WireReader.TryReadRooms(members.Rooms, out var rooms))
        {
            return null;
        }

        if (type == BroadcastType)
        {
            return requestId is not null && ClusterMessageJson.ReadPacket(namespaceName, members.Packet, text.Attachments) is { } packet
                ? new BroadcastMessage { Uid = uid, Namespace = namespaceName, RequestId = requestId, Packet = packet, Options = options }
                : null;
        }

        return ToOperation(type, uid, options, rooms, WireReader.IsTruthy(members.Close))
            ?? (requestId is null ? null : new FetchSocketsMessage { Uid = uid, Namespace = namespaceName, RequestId = requestId, Options = options });
    }

    private ClusterMessage? ToOperation(int type, string uid, BroadcastOptions options, IReadOnlyList<string> rooms, bool close) => type switch
    {
        JoinType => new SocketsJoinMessage { Uid = uid, Namespace = namespaceName, Options = options, Rooms = rooms },
        LeaveType => new SocketsLeaveMessage { Uid = uid, Namespace = namespaceName, Options = options, Rooms = rooms },
        DisconnectType => new DisconnectSocketsMessage { Uid = uid, Namespace = namespaceName, Options = options, CloseConnection = close },
        _ => null,
    };

    /// <summary>Older servers name one socket, and one room.</summary>
    private ClassicRequest? ReadLegacyRequest(int type, string? uid, string? requestId, in RequestMembers members)
    {
        if (WireReader.ReadId(members.SocketId) is not { } socketId
            || !WireReader.TryReadRooms(members.Room, out var rooms)
            || ToOperation(type, uid ?? EmitterUid, new BroadcastOptions { Rooms = [socketId] }, rooms, WireReader.IsTruthy(members.Close)) is not { } message)
        {
            return null;
        }

        return new ClassicRequest { Kind = ClassicRequestKind.Message, Uid = uid, RequestId = requestId, Message = message, IsLegacy = true };
    }

    /// <summary>The values of the members, in the order of their names.</summary>
    private readonly struct RequestMembers(ReadOnlyMemory<byte>[] values)
    {
        public ReadOnlyMemory<byte> Type => values[0];

        public ReadOnlyMemory<byte> Uid => values[1];

        public ReadOnlyMemory<byte> RequestId => values[2];

        public ReadOnlyMemory<byte> Options => values[3];

        public ReadOnlyMemory<byte> Rooms => values[4];

        public ReadOnlyMemory<byte> Close => values[5];

        public ReadOnlyMemory<byte> Data => values[6];

        public ReadOnlyMemory<byte> Packet => values[7];

        public ReadOnlyMemory<byte> SocketId => values[8];

        public ReadOnlyMemory<byte> Room => values[9];
    }
}
