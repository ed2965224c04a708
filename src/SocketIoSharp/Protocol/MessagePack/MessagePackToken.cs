namespace SocketIoSharp;

/// <summary>The kinds of values that MessagePack knows.</summary>
internal enum MessagePackType : byte
{
    Nil,
    Boolean,
    Integer,
    Float,
    String,
    Binary,
    Array,
    Map,
    Extension,
}

/// <summary>One value, or the head of an array or map. Which members are set depends on the type.</summary>
internal ref struct MessagePackToken
{
    public MessagePackType Type;

    /// <summary>The bits of an integer, or 1 for true. A negative integer is in two's complement.</summary>
    public ulong Bits;

    public bool IsNegative;

    public double Float;

    /// <summary>The elements of an array, or the pairs of a map: never more than the rest of the message could hold.</summary>
    public int Count;

    /// <summary>The bytes of a string (not checked to be UTF-8), of binary or of an extension; a slice of the message.</summary>
    public ReadOnlySpan<byte> Payload;

    public sbyte ExtensionType;

    /// <summary>Whether the extension has one of the heads with the length in it: only these are dates and undefined of type 0.</summary>
    public bool IsFixedExtension;
}
