using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;

namespace SocketIoSharp;

/// <summary>
/// What comes from other servers is not trusted: what is used or passed on to clients must be what it says it is. How much
/// there may be is bounded by whoever reads it from the network.
/// </summary>
internal static class ClusterMessageCheck
{
    /// <summary>How deep events and values may nest: deeper than anything that clients or serializers produce.</summary>
    public const int MaxDepth = 512;

    private const int MaxIdLength = 256;

    public static bool IsId(string? id) => id is { Length: > 0 and <= MaxIdLength };

    public static bool IsValid(ClusterMessage message) => IsId(message.Uid) && message switch
    {
        BroadcastMessage broadcast => IsEvent(broadcast.Packet, message.Namespace, isForClients: true) && IsValid(broadcast.Options) && IsIdOrNull(broadcast.RequestId),
        SocketsJoinMessage join => IsValid(join.Options) && AreRooms(join.Rooms),
        SocketsLeaveMessage leave => IsValid(leave.Options) && AreRooms(leave.Rooms),
        DisconnectSocketsMessage disconnect => IsValid(disconnect.Options),
        FetchSocketsMessage fetch => IsValid(fetch.Options) && IsId(fetch.RequestId),
        ServerSideEmitMessage emit => IsEvent(emit.Packet, message.Namespace, isForClients: false) && IsIdOrNull(emit.RequestId),
        FetchSocketsResponse fetch => IsId(fetch.RequestId) && fetch.Sockets is { } sockets && sockets.All(IsValid),
        ServerSideEmitResponse emit => IsId(emit.RequestId) && IsValueOrNull(emit.Value),
        BroadcastAckResponse ack => IsId(ack.RequestId) && IsValueOrNull(ack.Value),
        ClusterResponse response => IsId(response.RequestId),
        _ => true,
    };

    private static bool IsIdOrNull(string? id) => id is null || IsId(id);

    private static bool IsValid(BroadcastOptions? options)
        => options is not null && AreRooms(options.Rooms) && AreRooms(options.Except) && (options.Timeout is not { } timeout || timeout >= TimeSpan.Zero);

    private static bool AreRooms(ImmutableArray<string> rooms) => !rooms.IsDefault && !rooms.Any(static room => room is null);

    private static bool AreRooms(IReadOnlyCollection<string>? rooms) => rooms is not null && rooms.All(static room => room is not null);

    private static bool IsValid(RemoteSocketDescription? socket) => socket is
    {
        Handshake: { Headers: not null, Query: not null, Url: not null, Address: not null } handshake,
        Data: { Attachments: not null } data,
    }
        && IsId(socket.Id)
        && AreRooms(socket.Rooms)
        && IsJson(data.Json, JsonTokenType.StartObject)
        && (handshake.AuthJson.IsEmpty || IsJson(handshake.AuthJson, JsonTokenType.StartObject));

    private static bool IsValueOrNull(ClusterValue? value) => value is null || (value.Attachments is not null && IsJson(value.Json, null));

    /// <summary>An array that begins with a name. Among servers other names are reserved than among clients, and nobody can listen to those.</summary>
    private static bool IsEvent(EncodedPacket? packet, string namespaceName, bool isForClients)
        => packet is not null
            && string.Equals(packet.Namespace, namespaceName, StringComparison.Ordinal)
            && packet.Json.Span is [(byte)'[', .., (byte)']'] json
            && (packet.IsWellFormed || IsJson(packet.Json, JsonTokenType.StartArray))
            && HasName(json, isForClients);

    private static bool HasName(ReadOnlySpan<byte> json, bool isForClients)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        reader.Read();
        return reader.TokenType == JsonTokenType.Number
            || (reader.TokenType == JsonTokenType.String && (!isForClients || reader.ValueIsEscaped || !ReservedEvents.Contains(reader.ValueSpan)));
    }

    private static bool IsJson(ReadOnlyMemory<byte> json, JsonTokenType? first)
    {
        if (!Utf8.IsValid(json.Span))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || (first is { } wanted && reader.TokenType != wanted))
            {
                return false;
            }

            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
