using System.Buffers;
using System.Diagnostics;
using System.IO.Compression;

namespace SocketIoSharp.EngineIO;

internal enum InflateStatus
{
    Done,
    TooLarge,
    Corrupt,
}

/// <summary>The payload transformation of RFC 7692 without context takeover: every message is a deflate stream of its own.</summary>
internal static class PerMessageDeflate
{
    private const int SmallestInflateRead = 1024;

    // RFC 7692 section 7.2.1: a message ends with an empty stored block, of which these four bytes do not travel.
    private static ReadOnlySpan<byte> SyncMarker => [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Compresses a whole message.</summary>
    public static void Deflate(ReadOnlySpan<byte> payload, IBufferWriter<byte> output, CompressionLevel level)
    {
        if (payload.IsEmpty)
        {
            // RFC 7692 section 7.2.3.6: the empty message is one byte, an empty block without its marker.
            output.Write<byte>([0x00]);
            return;
        }

        using var sink = new DeflateSink();
        using (var deflater = new DeflateStream(sink, level, leaveOpen: true))
        {
            deflater.Write(payload);
            deflater.Flush();

            // Closing the stream writes a final block, which has no place in the message.
            sink.Stop();
        }

        var compressed = sink.Written;
        Debug.Assert(compressed.EndsWith(SyncMarker), "A sync flush ends with an empty stored block.");
        output.Write(compressed[..^SyncMarker.Length]);
    }

    /// <summary>Inflates a whole message, at most <paramref name="maxBytes"/> of it. What was inflated is in <paramref name="output"/> in any case.</summary>
    public static InflateStatus Inflate(ReadOnlyMemory<byte> compressed, ref WebSocketPayloadBuffer output, long maxBytes)
    {
        if (compressed.IsEmpty)
        {
            // Against the specification, which wants one byte, but there is only one thing that it can mean; Node's ws agrees.
            return InflateStatus.Done;
        }

        using var source = new InflateSource(compressed);
        using var inflater = new DeflateStream(source, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            while (true)
            {
                var room = output.GetSpan(SmallestInflateRead);

                // One byte more than allowed is enough to know that there is too much.
                var allowed = maxBytes - output.Length + 1;
                var read = inflater.Read(room.Length > allowed ? room[..(int)allowed] : room);
                if (read == 0)
                {
                    return InflateStatus.Done;
                }

                output.Advance(read);
                if (output.Length > maxBytes)
                {
                    return InflateStatus.TooLarge;
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return InflateStatus.Corrupt;
        }
    }
}
