using System.Text;

namespace SocketIoSharp.EngineIO;

/// <summary>A message encoded once, ready to be sent to any number of sessions. Immutable and safe to share between threads.</summary>
/// <remarks>One message is one text or binary packet, or a text packet with binary packets that must follow it at once.</remarks>
public sealed class EncodedMessage
{
    // What a queued packet costs beside its bytes; makes a flood of empty packets count.
    private const int PartOverhead = 16;
    private const int WireSlots = 8;

    internal static readonly EncodedMessage Ping = Packet(PacketType.Ping, default);
    internal static readonly EncodedMessage Pong = Packet(PacketType.Pong, default);
    internal static readonly EncodedMessage ProbePong = Packet(PacketType.Pong, "probe"u8);
    internal static readonly EncodedMessage Noop = Packet(PacketType.Noop, default);
    internal static readonly EncodedMessage Close = Packet(PacketType.Close, default);

    private readonly ReadOnlyMemory<byte> _first;
    private readonly ReadOnlyMemory<byte>[]? _attachments;
    private readonly bool _isFirstBinary;
    private byte[]?[]? _wires;

    private EncodedMessage(
        PacketType type,
        ReadOnlyMemory<byte> first,
        bool isFirstBinary,
        ReadOnlyMemory<byte>[]? attachments,
        bool compress)
    {
        Type = type;
        Compress = compress;
        _first = first;
        _isFirstBinary = isFirstBinary;
        _attachments = attachments;

        long bytes = first.Length + PartOverhead;
        foreach (var attachment in attachments ?? [])
        {
            bytes += attachment.Length + PartOverhead;
        }

        ByteCount = (int)Math.Min(bytes, int.MaxValue);
    }

    /// <summary>Whether the transport may compress this message; true unless <see cref="WithoutCompression"/> was asked for.</summary>
    /// <remarks>Node: the <c>compress</c> flag.</remarks>
    public bool Compress { get; }

    internal PacketType Type { get; }

    /// <summary>Whether the message goes to one session, so that keeping its frames would be in vain.</summary>
    internal bool IsForOne { get; private set; }

    /// <summary>How many packets this message is; they leave one after the other with nothing in between.</summary>
    internal int PartCount => _attachments is null ? 1 : _attachments.Length + 1;

    /// <summary>What the bound of the outgoing queue counts: the bytes, and a little for each packet.</summary>
    internal int ByteCount { get; }

    /// <summary>Creates a text message; a lone surrogate becomes U+FFFD.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The message.</returns>
    public static EncodedMessage Text(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new EncodedMessage(PacketType.Message, Encoding.UTF8.GetBytes(text), isFirstBinary: false, null, compress: true);
    }

    /// <summary>Creates a text message from a copy of UTF-8 bytes, which must be valid UTF-8: they are not checked.</summary>
    /// <param name="utf8">The text.</param>
    /// <returns>The message.</returns>
    public static EncodedMessage Text(ReadOnlySpan<byte> utf8)
        => new(PacketType.Message, utf8.ToArray(), isFirstBinary: false, null, compress: true);

    /// <summary>Creates a binary message from a copy of the bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>The message.</returns>
    public static EncodedMessage Binary(ReadOnlySpan<byte> data)
        => new(PacketType.Message, data.ToArray(), isFirstBinary: true, null, compress: true);

    /// <summary>
    /// Creates a text message and the binary messages that follow it at once, without a copy: the memory belongs to the
    /// message from now on and must never change again. The text must be valid UTF-8: it is not checked.
    /// </summary>
    /// <param name="utf8Text">The text.</param>
    /// <param name="attachments">The binary messages that follow, in order.</param>
    /// <returns>The message.</returns>
    public static EncodedMessage Create(ReadOnlyMemory<byte> utf8Text, params ReadOnlySpan<ReadOnlyMemory<byte>> attachments)
        => new(
            PacketType.Message,
            utf8Text,
            isFirstBinary: false,
            attachments.IsEmpty ? null : attachments.ToArray(),
            compress: true);

    /// <summary>Returns the same message for sending without compression.</summary>
    /// <returns>This message when it is not compressed anyway, else a copy that shares the bytes.</returns>
    /// <remarks>Node: <c>compress(false)</c>.</remarks>
    public EncodedMessage WithoutCompression()
        => Compress ? new EncodedMessage(Type, _first, _isFirstBinary, _attachments, compress: false) : this;

    /// <summary>Creates a text packet of any type from a copy of the bytes. Control packets are too small to compress.</summary>
    internal static EncodedMessage Packet(PacketType type, ReadOnlySpan<byte> data)
        => new(type, data.IsEmpty ? default : data.ToArray(), isFirstBinary: false, null, compress: false);

    /// <summary>Says that the message, which nobody else has yet, goes to one session.</summary>
    internal EncodedMessage ForOne()
    {
        IsForOne = true;
        return this;
    }

    internal ReadOnlyMemory<byte> GetPart(int index, out bool isBinary)
    {
        if (index == 0)
        {
            isBinary = _isFirstBinary;
            return _first;
        }

        isBinary = true;
        return _attachments is null ? throw new ArgumentOutOfRangeException(nameof(index)) : _attachments[index - 1];
    }

    /// <summary>
    /// Returns the wire bytes of one form, built by whoever needs them first. Two threads may build the same bytes at
    /// once; all get the array that was stored first.
    /// </summary>
    internal byte[] GetOrAddWire(int slot, Func<EncodedMessage, int, byte[]> build)
    {
        var wires = Volatile.Read(ref _wires);
        if (wires is null)
        {
            var created = new byte[]?[WireSlots];
            wires = Interlocked.CompareExchange(ref _wires, created, null) ?? created;
        }

        var wire = Volatile.Read(ref wires[slot]);
        if (wire is null)
        {
            var built = build(this, slot);
            wire = Interlocked.CompareExchange(ref wires[slot], built, null) ?? built;
        }

        return wire;
    }
}
