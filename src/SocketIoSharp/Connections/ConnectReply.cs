using System.Text;
using System.Text.Json;

namespace SocketIoSharp;

/// <summary>What a client is told when it wants to join a namespace.</summary>
internal static class ConnectReply
{
    /// <summary><c>{"sid":"..."}</c>, and <c>"pid"</c> when the session can be recovered. Version 2 clients get no payload.</summary>
    public static void Send(ServerSocket socket)
    {
        var connection = socket.Connection;
        var json = connection.IsProtocol4
            ? default
            : socket.PrivateId is { } privateId
                ? Encoding.ASCII.GetBytes($"{{\"sid\":\"{socket.Id}\",\"pid\":\"{privateId}\"}}")
                : Encoding.ASCII.GetBytes($"{{\"sid\":\"{socket.Id}\"}}");
        connection.SendPacket(SocketIOPacketType.Connect, socket.OwnNamespace.WireName, json);
    }

    /// <summary><c>{"message":"...","data":...}</c>; version 2 clients get the data alone, or the message when there is none.</summary>
    public static void SendError(ClientConnection connection, ReadOnlyMemory<byte> namespaceName, string message, object? details, bool isAlwaysObject = false)
    {
        var writer = ArgumentWriter.Rent();
        try
        {
            var serializer = connection.Server.Serializer;
            if (connection.IsProtocol4 && !isAlwaysObject)
            {
                WriteValue(writer, serializer, details ?? message);
            }
            else
            {
                writer.Advance(Encoding.UTF8.GetBytes("{\"message\":", writer.GetSpan(16)));
                WriteValue(writer, serializer, message);
                if (details is not null)
                {
                    writer.Advance(Encoding.UTF8.GetBytes(",\"data\":", writer.GetSpan(16)));
                    WriteValue(writer, serializer, details);
                }

                writer.Advance(Encoding.UTF8.GetBytes("}", writer.GetSpan(1)));
            }

            connection.SendPacket(SocketIOPacketType.ConnectError, namespaceName, writer.Written.ToArray());
        }
        finally
        {
            writer.Return();
        }
    }

    private static void WriteValue(ArgumentWriter writer, IPayloadSerializer serializer, object value)
    {
        if (value is string text)
        {
            var encoded = JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
            var span = writer.GetSpan(encoded.Length + 2);
            span[0] = (byte)'"';
            encoded.CopyTo(span[1..]);
            span[encoded.Length + 1] = (byte)'"';
            writer.Advance(encoded.Length + 2);
        }
        else
        {
            serializer.Write(writer, value);
        }
    }
}
