using System.Buffers;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>Packets as MessagePack maps: one packet is one binary message, in which its binary values are.</summary>
/// <remarks>Node: socket.io-msgpack-parser. The order of the members is that of the Node server.</remarks>
internal sealed class MessagePackParser : ISocketIOParser
{
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_output;

    public ISocketIOPacketDecoder CreateDecoder(PacketLimits limits) => new MessagePackPacketDecoder(limits);

    public EncodedMessage Encode(in SocketIOPacket packet)
    {
        var output = t_output ??= new ArrayBufferWriter<byte>(1024);
        try
        {
            Write(packet, output);
            return EncodedMessage.Binary(output.WrittenSpan);
        }
        finally
        {
            output.ResetWrittenCount();
            if (output.Capacity > LargestKept)
            {
                t_output = null;
            }
        }
    }

    // {type, data, id, nsp}, but answers begin with their id; what is not there has no key.
    private static void Write(in SocketIOPacket packet, IBufferWriter<byte> output)
    {
        var writer = new MessagePackWriter(output, MessagePackDialect.Client);
        writer.WriteMapHeader(2 + (packet.Json.IsEmpty ? 0 : 1) + (packet.Id is null ? 0 : 1));
        if (packet.Type == SocketIOPacketType.Ack)
        {
            WriteId(packet.Id, writer);
        }

        writer.WriteString("type"u8);
        writer.WriteInteger((long)packet.Type);
        if (!packet.Json.IsEmpty)
        {
            writer.WriteString("data"u8);
            WriteData(packet, writer);
        }

        if (packet.Type != SocketIOPacketType.Ack)
        {
            WriteId(packet.Id, writer);
        }

        writer.WriteString("nsp"u8);
        writer.WriteString(packet.Namespace.IsEmpty ? "/"u8 : packet.Namespace.Span);
    }

    private static void WriteId(long? id, MessagePackWriter writer)
    {
        if (id is { } number)
        {
            writer.WriteString("id"u8);
            writer.WriteInteger(number);
        }
    }

    private static void WriteData(in SocketIOPacket packet, MessagePackWriter writer)
    {
        var attachments = packet.Attachments as ReadOnlyMemory<byte>[] ?? [.. packet.Attachments];
        if (!JsonToMessagePack.TryTranscode(packet.Json.Span, attachments, writer, out var error, packet.Dates.Span))
        {
            throw new ArgumentException(
                error == MessagePackError.TooLarge
                    ? "The payload uses its binary values so often that the message would be far longer than they are."
                    : $"The payload is not JSON, or nested deeper than {JsonToMessagePack.DefaultMaxDepth} levels.",
                nameof(packet));
        }
    }
}
