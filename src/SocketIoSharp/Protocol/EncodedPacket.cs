using System.Buffers;
using System.Globalization;
using System.Text;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>An event that has been serialized once, for one client or for many, here or on other servers. Immutable.</summary>
/// <remarks>Node: the packet that an adapter broadcasts.</remarks>
public sealed class EncodedPacket
{
    private readonly ReadOnlyMemory<byte>[] _attachments;
    private EncodedMessage? _message;
    private ISocketIOParser? _parser;

    /// <summary>Creates a packet from its payload, which must not change any more.</summary>
    /// <param name="namespaceName">The name of the namespace.</param>
    /// <param name="json">The UTF-8 JSON array: the event's name and its arguments.</param>
    /// <param name="attachments">The binary values.</param>
    /// <param name="id">The number by which answers find the event.</param>
    public EncodedPacket(string namespaceName, ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, long? id = null)
    {
        ArgumentNullException.ThrowIfNull(namespaceName);
        ArgumentNullException.ThrowIfNull(attachments);
        Namespace = namespaceName;
        Json = json;
        Id = id;
        _attachments = attachments as ReadOnlyMemory<byte>[] ?? [.. attachments];
    }

    /// <summary>The name of the namespace.</summary>
    public string Namespace { get; }

    /// <summary>The UTF-8 JSON array: the event's name and its arguments.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>The binary values, whose placeholders the JSON holds.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Attachments => _attachments;

    /// <summary>The number by which answers find the event; null when none is wanted.</summary>
    public long? Id { get; }

    /// <summary>Where date strings begin in the JSON, or one byte before.</summary>
    internal int[]? Dates { get; init; }

    /// <summary>Whether the JSON is known to be well-formed UTF-8, and nested no deeper than messages of other servers may be: it need not be read again for that.</summary>
    internal bool IsWellFormed { get; init; }

    /// <summary>The same event with a number for answers; each server has numbers of its own.</summary>
    /// <param name="id">The number.</param>
    public EncodedPacket WithId(long? id) => new(Namespace, Json, _attachments, id) { Dates = Dates };

    /// <summary>The same event for another namespace.</summary>
    internal EncodedPacket WithNamespace(string name) => new(name, Json, _attachments, Id) { Dates = Dates };

    /// <summary>The same event with one more argument at the end: the offset of connection state recovery.</summary>
    /// <param name="text">The argument.</param>
    public EncodedPacket WithLastArgument(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var json = Json.Span;
        var encoded = Encoding.UTF8.GetBytes($",\"{System.Text.Json.JsonEncodedText.Encode(text)}\"]");
        var longer = new byte[json.Length - 1 + encoded.Length];
        json[..^1].CopyTo(longer);
        encoded.CopyTo(longer, json.Length - 1);
        return new EncodedPacket(Namespace, longer, _attachments, Id) { Dates = Dates };
    }

    /// <summary>The message for clients, encoded by whoever needs it first.</summary>
    internal EncodedMessage GetMessage(ISocketIOParser parser)
    {
        if (Volatile.Read(ref _message) is { } message && ReferenceEquals(_parser, parser))
        {
            return message;
        }

        message = parser.Encode(new SocketIOPacket
        {
            Type = SocketIOPacketType.Event,
            Namespace = NamespaceName.Encode(Namespace),
            Id = Id,
            Json = Json,
            Attachments = _attachments,
            Dates = Dates,
        });
        _parser = parser;
        Volatile.Write(ref _message, message);
        return message;
    }
}

/// <summary>Names of namespaces as they stand in packets.</summary>
internal static class NamespaceName
{
    public const string Main = "/";

    /// <summary>The main namespace is not named on the wire.</summary>
    public static byte[] Encode(string name) => name == Main ? [] : Encoding.UTF8.GetBytes(name);

    public static string Decode(ReadOnlySpan<byte> name) => name.IsEmpty ? Main : Encoding.UTF8.GetString(name);
}
