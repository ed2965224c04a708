using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SocketIoSharp;

/// <summary>What messages of the sharded and the streams adapter look like on channels.</summary>
internal enum ClusterWireFormat
{
    /// <summary>JSON, and MessagePack only for what holds binary values.</summary>
    Json,

    /// <summary>MessagePack always.</summary>
    MessagePack,
}

/// <summary>The messages on the channels of the sharded adapter, and of the streams adapter: {type, data, uid, nsp}. Immutable.</summary>
internal sealed class ClusterWire(string namespaceName, ClusterWireFormat format, int maxMessageSize)
{
    private static readonly string[] s_members = ["type", "data", "uid", "nsp"];

    public byte[] Encode(ClusterMessage message)
    {
        var output = ArgumentWriter.Rent();
        try
        {
            output.Write("{\"type\":"u8);
            WireWriter.WriteInteger(output, (int)message.Type);
            if (ClusterMessageJson.HasData(message))
            {
                output.Write(",\"data\":"u8);
                ClusterMessageJson.WriteData(output, message, writesUndefined: format == ClusterWireFormat.MessagePack);
            }

            output.Write(",\"uid\":"u8);
            WireWriter.WriteString(output, message.Uid);
            output.Write(",\"nsp\":"u8);
            WireWriter.WriteString(output, message.Namespace);
            output.Write("}"u8);
            return format == ClusterWireFormat.MessagePack || output.AttachmentCount > 0 ? WireWriter.ToMessagePack(output) : WireWriter.ToJson(output);
        }
        finally
        {
            output.Return();
        }
    }

    public bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ClusterMessage? message)
    {
        message = bytes.Length <= maxMessageSize && WireText.TryRead(bytes, out var text) ? Read(text) : null;
        return message is not null;
    }

    private ClusterMessage? Read(WireText text)
    {
        if (WireReader.ReadMembers(text.Json, s_members) is not [var type, var data, var uidJson, var nsp]
            || WireReader.ReadInteger(type, 1, (int)ClusterMessageType.AdapterClose) is not { } number
            || WireReader.ReadId(uidJson) is not { } uid
            || WireReader.ReadString(nsp) is not { } name)
        {
            return null;
        }

        return ClusterMessageJson.Read((ClusterMessageType)number, uid, name == namespaceName ? namespaceName : name, data, text.Attachments);
    }
}
