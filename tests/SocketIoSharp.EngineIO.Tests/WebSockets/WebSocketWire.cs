using System.Buffers;
using System.Text;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Bytes as a client puts them on the wire, and what the reader makes of them, as text.</summary>
internal static class WebSocketWire
{
    public static readonly WebSocketLimits RoomyLimits = new(MaxMessageBytes: 1_000_000, MaxFramesPerMessage: 1_000);

    private static readonly byte[] Mask = [0x37, 0xFA, 0x21, 0x3D];

    public static byte[] Hex(string bytes) => Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>A masked frame with the shortest length encoding.</summary>
    public static byte[] ClientFrame(byte firstByte, ReadOnlySpan<byte> payload)
    {
        byte[] length = payload.Length switch
        {
            <= 125 => [(byte)(0x80 | payload.Length)],
            <= 65535 => [0xFE, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [0xFF, 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length],
        };
        var masked = payload.ToArray();
        for (var index = 0; index < masked.Length; index++)
        {
            masked[index] ^= Mask[index % 4];
        }

        return [firstByte, .. length, .. Mask, .. masked];
    }

    public static byte[] ClientFrame(byte firstByte, string payload) => ClientFrame(firstByte, Encoding.UTF8.GetBytes(payload));

    /// <summary>A sequence whose segments are copies of the given parts.</summary>
    public static ReadOnlySequence<byte> Sequence(params IReadOnlyList<byte[]> parts)
    {
        var first = new Segment(parts[0].ToArray(), null);
        var last = first;
        for (var index = 1; index < parts.Count; index++)
        {
            last = new Segment(parts[index].ToArray(), last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>Everything the reader takes off the bytes, as short texts; stops after an error.</summary>
    public static List<string> ReadAll(WebSocketMessageReader reader, ref ReadOnlySequence<byte> buffer)
    {
        var items = new List<string>();
        while (true)
        {
            var status = reader.Read(ref buffer, out var item);
            if (status == WebSocketReadStatus.NeedMore)
            {
                return items;
            }

            items.Add(Describe(status, item));
            reader.ReleaseMessage();
            if (status == WebSocketReadStatus.Error)
            {
                return items;
            }
        }
    }

    public static List<string> ReadAll(byte[] bytes, WebSocketLimits? limits = null, bool deflate = false)
    {
        using var reader = new WebSocketMessageReader(limits ?? RoomyLimits, deflate);
        var buffer = Sequence(bytes);
        return ReadAll(reader, ref buffer);
    }

    /// <summary>The bytes arrive in the given chunks; what the reader leaves stays in front of the next chunk, as in a pipe.</summary>
    public static List<string> ReadArriving(IEnumerable<byte[]> chunks, WebSocketLimits? limits = null, bool deflate = false)
    {
        using var reader = new WebSocketMessageReader(limits ?? RoomyLimits, deflate);
        var items = new List<string>();
        byte[] left = [];
        foreach (var chunk in chunks)
        {
            var buffer = Sequence(left, chunk);
            items.AddRange(ReadAll(reader, ref buffer));
            left = buffer.ToArray();
        }

        return items;
    }

    public static string Describe(WebSocketReadStatus status, in WebSocketReadItem item) => status switch
    {
        WebSocketReadStatus.Message when item.IsBinary => $"binary {Describe(item.Payload.Span)}",
        WebSocketReadStatus.Message => $"text {Encoding.UTF8.GetString(item.Payload.Span)}",
        WebSocketReadStatus.Close => $"close {item.CloseCode} {Encoding.UTF8.GetString(item.Payload.Span)}".TrimEnd(),
        WebSocketReadStatus.Error => $"error {item.CloseCode}",
        _ => $"{status} {Encoding.UTF8.GetString(item.Payload.Span)}".TrimEnd().ToLowerInvariant(),
    };

    private static string Describe(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= 32 ? Convert.ToHexString(bytes) : $"{bytes.Length} bytes, hash {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)[..4])}";

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
