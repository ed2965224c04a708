namespace SocketIoSharp.EngineIO;

/// <summary>The seven packet types; on the wire the digit <c>'0' + value</c>.</summary>
internal enum PacketType : byte
{
    Open = 0,
    Close,
    Ping,
    Pong,
    Message,
    Upgrade,
    Noop,
}

/// <summary>The protocol revision, and whether the client said that it cannot take binary (<c>b64</c>).</summary>
internal enum WireForm : byte
{
    V4,
    V4Base64,
    V3,
    V3Base64,
}

/// <summary>One decoded packet. <see cref="Data"/> may point into the buffer that was decoded.</summary>
/// <param name="type">The packet type.</param>
/// <param name="data">For text the UTF-8 bytes after the type character, for binary the bytes themselves.</param>
/// <param name="isBinary">Whether the data is binary.</param>
internal readonly struct EngineIOPacket(PacketType type, ReadOnlyMemory<byte> data, bool isBinary)
{
    public PacketType Type { get; } = type;

    public ReadOnlyMemory<byte> Data { get; } = data;

    public bool IsBinary { get; } = isBinary;
}
