using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SocketIoSharp;

/// <summary>Answers: JSON, but for those of clients.</summary>
internal sealed partial class ClassicWire
{
    private static readonly string[] s_responseMembers = ["type", "requestId", "sockets", "rooms", "data", "clientCount", "packet"];

    public byte[] EncodeResponse(ClusterResponse response)
    {
        var output = ArgumentWriter.Rent();
        try
        {
            switch (response)
            {
                case FetchSocketsResponse fetch:
                    BeginResponse(output, fetch.RequestId);
                    output.Write(",\"sockets\":"u8);
                    ClusterMessageJson.WriteSockets(output, fetch.Sockets);
                    break;
                case ServerSideEmitResponse emit:
                    BeginResponse(output, ServerSideEmitType, emit.RequestId);
                    WriteValue(output, ",\"data\":"u8, emit.Value);
                    break;
                case BroadcastClientCountResponse count:
                    BeginResponse(output, ClientCountType, count.RequestId);
                    output.Write(",\"clientCount\":"u8);
                    WireWriter.WriteInteger(output, count.ClientCount);
                    break;
                case BroadcastAckResponse ack:
                    BeginResponse(output, AckType, ack.RequestId);
                    WriteValue(output, ",\"packet\":"u8, ack.Value);
                    output.Write("}"u8);
                    return ToBytes(output);
                default:
                    throw new ArgumentException($"The classic adapter has no answer for messages of the type {response.Type}.", nameof(response));
            }

            output.Write("}"u8);
            return WireWriter.ToJson(output);
        }
        finally
        {
            output.Return();
        }
    }

    /// <summary>Answers which rooms there are.</summary>
    public byte[] EncodeRooms(string requestId, IEnumerable<string> rooms) => EncodeTexts(requestId, ",\"rooms\":"u8, rooms);

    /// <summary>Answers older servers which sockets there are.</summary>
    public byte[] EncodeSocketIds(string requestId, IEnumerable<string> ids) => EncodeTexts(requestId, ",\"sockets\":"u8, ids);

    /// <summary>Answers older servers that something is done.</summary>
    public byte[] EncodeDone(string requestId) => EncodeTexts(requestId, default, null);

    public bool TryDecodeResponse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ClassicResponse? response)
    {
        response = TryReadText(bytes, out var text) && WireReader.ReadMembers(text.Json, s_responseMembers) is { } members ? ReadResponse(members, text) : null;
        return response is not null;
    }

    private static byte[] EncodeTexts(string requestId, ReadOnlySpan<byte> name, IEnumerable<string>? texts)
    {
        var output = ArgumentWriter.Rent();
        try
        {
            BeginResponse(output, requestId);
            if (texts is not null)
            {
                output.Write(name);
                WireWriter.WriteStrings(output, texts);
            }

            output.Write("}"u8);
            return WireWriter.ToJson(output);
        }
        finally
        {
            output.Return();
        }
    }

    private static void BeginResponse(ArgumentWriter output, string requestId)
    {
        output.Write("{\"requestId\":"u8);
        WireWriter.WriteString(output, requestId);
    }

    private static void BeginResponse(ArgumentWriter output, int type, string requestId)
    {
        output.Write("{\"type\":"u8);
        WireWriter.WriteInteger(output, type);
        output.Write(",\"requestId\":"u8);
        WireWriter.WriteString(output, requestId);
    }

    private static void WriteValue(ArgumentWriter output, ReadOnlySpan<byte> name, ClusterValue? value)
    {
        if (value is not null)
        {
            output.Write(name);
            WirePayload.Write(output, value);
        }
    }

    private ClassicResponse? ReadResponse(ReadOnlyMemory<byte>[] members, WireText text)
    {
        if (members is not [var typeJson, var requestIdJson, var sockets, var roomsJson, var data, var clientCount, var packet]
            || WireReader.ReadId(requestIdJson) is not { } requestId)
        {
            return null;
        }

        switch (WireReader.ReadNumber(typeJson))
        {
            case ServerSideEmitType:
                return Of(new ServerSideEmitResponse { Uid = "", Namespace = namespaceName, RequestId = requestId, Value = WirePayload.ToValueOrNull(data, text.Attachments) });
            case AckType:
                return Of(new BroadcastAckResponse { Uid = "", Namespace = namespaceName, RequestId = requestId, Value = WirePayload.ToValueOrNull(packet, text.Attachments) });
            case ClientCountType:
                return WireReader.ReadInteger(clientCount, 0, int.MaxValue) is { } count
                    ? Of(new BroadcastClientCountResponse { Uid = "", Namespace = namespaceName, RequestId = requestId, ClientCount = (int)count })
                    : null;
        }

        if (WireReader.ReadElements(sockets) is { } elements)
        {
            return Of(new FetchSocketsResponse { Uid = "", Namespace = namespaceName, RequestId = requestId, Sockets = ClusterMessageJson.ReadSockets(elements, text.Attachments) });
        }

        if (!WireReader.IsArray(roomsJson))
        {
            return new ClassicResponse { RequestId = requestId };
        }

        return WireReader.TryReadRooms(roomsJson, out var rooms) ? new ClassicResponse { RequestId = requestId, Rooms = rooms } : null;
    }

    private static ClassicResponse Of(ClusterResponse message) => new() { RequestId = message.RequestId, Message = message };
}
