using System.Buffers;
using System.Collections.ObjectModel;
using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace SocketIoSharp;

/// <summary>Descriptions of clients as JSON.</summary>
internal static class WireSocket
{
    private static readonly string[] s_members = ["id", "handshake", "rooms", "data"];
    private static readonly string[] s_handshake = ["headers", "address", "xdomain", "secure", "issued", "url", "query", "auth"];
    private static readonly long s_earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long s_latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static void Write(ArgumentWriter output, RemoteSocketDescription socket)
    {
        output.Write("{\"id\":"u8);
        WireWriter.WriteString(output, socket.Id);
        output.Write(",\"handshake\":"u8);
        WriteHandshake(output, socket.Handshake);
        output.Write(",\"rooms\":"u8);
        WireWriter.WriteStrings(output, socket.Rooms);
        output.Write(",\"data\":"u8);
        WirePayload.Write(output, socket.Data);
        output.Write("}"u8);
    }

    /// <summary>Reads a description; null when it is not one. Whatever its handshake lacks is empty.</summary>
    public static RemoteSocketDescription? Read(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        if (WireReader.ReadMembers(json, s_members) is not [var idJson, var handshake, var roomsJson, var data]
            || WireReader.ReadId(idJson) is not { } id
            || !WireReader.TryReadRooms(roomsJson, out var rooms))
        {
            return null;
        }

        return new RemoteSocketDescription
        {
            Id = id,
            Handshake = ReadHandshake(handshake, attachments),
            Rooms = rooms,
            Data = WireReader.IsObject(data) ? WirePayload.ToValue(data, attachments) : new ClusterValue("{}"u8.ToArray(), []),
        };
    }

    private static void WriteHandshake(ArgumentWriter output, RemoteHandshake handshake)
    {
        output.Write("{\"headers\":{"u8);
        var isFirst = true;
        foreach (var (name, values) in handshake.Headers)
        {
            WriteName(output, name, ref isFirst);
            WriteHeader(output, name, values);
        }

        // What JavaScript makes of a date without being asked for a form.
        output.Write("},\"time\":"u8);
        WireWriter.WriteString(output, handshake.Issued.UtcDateTime.ToString("ddd MMM dd yyyy HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'", CultureInfo.InvariantCulture));
        output.Write(",\"address\":"u8);
        WireWriter.WriteString(output, handshake.Address);
        output.Write(",\"xdomain\":"u8);
        WireWriter.WriteBoolean(output, handshake.IsCrossDomain);
        output.Write(",\"secure\":"u8);
        WireWriter.WriteBoolean(output, handshake.IsSecure);
        output.Write(",\"issued\":"u8);
        WireWriter.WriteInteger(output, handshake.Issued.ToUnixTimeMilliseconds());
        output.Write(",\"url\":"u8);
        WireWriter.WriteString(output, handshake.Url);
        output.Write(",\"query\":{"u8);
        isFirst = true;
        foreach (var (name, value) in handshake.Query)
        {
            WriteName(output, name, ref isFirst);
            WireWriter.WriteString(output, value);
        }

        // A client that gives no credentials has an empty object; what it does give never has binary values.
        output.Write("},\"auth\":"u8);
        WirePayload.WriteWithoutPlaceholders(output, handshake.AuthJson.IsEmpty ? "{}"u8 : handshake.AuthJson.Span);
        output.Write("}"u8);
    }

    private static void WriteName(ArgumentWriter output, string name, ref bool isFirst)
    {
        if (!isFirst)
        {
            output.Write(","u8);
        }

        isFirst = false;
        WireWriter.WriteString(output, name);
        output.Write(":"u8);
    }

    // Node joins what comes several times, and keeps a list of this one only.
    private static void WriteHeader(ArgumentWriter output, string name, StringValues values)
    {
        if (name == "set-cookie")
        {
            WireWriter.WriteStrings(output, values.Select(static value => value ?? ""));
        }
        else
        {
            WireWriter.WriteString(output, values.Count == 1 ? values[0] ?? "" : string.Join(name == "cookie" ? "; " : ", ", values.ToArray()));
        }
    }

    private static RemoteHandshake ReadHandshake(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        var members = WireReader.ReadMembers(json, s_handshake) ?? new ReadOnlyMemory<byte>[s_handshake.Length];
        var auth = members[7];
        return new RemoteHandshake
        {
            Headers = ReadHeaders(members[0]),
            Address = WireReader.ReadString(members[1]) ?? "",
            IsCrossDomain = WireReader.IsTruthy(members[2]),
            IsSecure = WireReader.IsTruthy(members[3]),
            Issued = WireReader.ReadInteger(members[4], s_earliest, s_latest) is { } issued ? DateTimeOffset.FromUnixTimeMilliseconds(issued) : default,
            Url = WireReader.ReadString(members[5]) ?? "",
            Query = ReadQuery(members[6]),
            AuthJson = WireReader.IsObject(auth) && WirePayload.ToValue(auth, attachments) is { Attachments.Count: 0 } value ? value.Json : default,
        };
    }

    private static IReadOnlyDictionary<string, StringValues> ReadHeaders(ReadOnlyMemory<byte> json)
    {
        Dictionary<string, StringValues>? headers = null;
        foreach (var (name, value) in WireReader.ReadAllMembers(json))
        {
            if (WireReader.TryReadRooms(value, out var values))
            {
                (headers ??= new(StringComparer.Ordinal))[name] = values is [var single] ? single : new StringValues([.. values]);
            }
        }

        return headers ?? (IReadOnlyDictionary<string, StringValues>)ReadOnlyDictionary<string, StringValues>.Empty;
    }

    // Of several values of one name the last one counts, as for clients of this server.
    private static IReadOnlyDictionary<string, string> ReadQuery(ReadOnlyMemory<byte> json)
    {
        Dictionary<string, string>? query = null;
        foreach (var (name, value) in WireReader.ReadAllMembers(json))
        {
            if (WireReader.TryReadRooms(value, out var values) && values is [.., var last])
            {
                (query ??= new(StringComparer.Ordinal))[name] = last;
            }
        }

        return query ?? (IReadOnlyDictionary<string, string>)ReadOnlyDictionary<string, string>.Empty;
    }
}
