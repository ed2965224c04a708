using System.Buffers;

namespace SocketIoSharp;

/// <summary>Buffers that threads use again and again.</summary>
internal static class WireBuffer
{
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_spare;

    public static ArrayBufferWriter<byte> Rent()
    {
        var buffer = t_spare ?? new ArrayBufferWriter<byte>(1024);
        t_spare = null;
        return buffer;
    }

    public static void Return(ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        if (buffer.Capacity <= LargestKept)
        {
            t_spare = buffer;
        }
    }
}

/// <summary>Lists that threads use again and again.</summary>
internal static class WireAttachments
{
    private const int LargestKept = 64;

    [ThreadStatic]
    private static List<ReadOnlyMemory<byte>>? t_spare;

    public static List<ReadOnlyMemory<byte>> Rent()
    {
        var values = t_spare ?? [];
        t_spare = null;
        return values;
    }

    public static void Return(List<ReadOnlyMemory<byte>> values)
    {
        values.Clear();
        if (values.Capacity <= LargestKept)
        {
            t_spare = values;
        }
    }
}
