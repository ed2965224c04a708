using System.Buffers;
using System.IO.Compression;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>One file of the client. It is compressed once for each coding, by the first request that asks for it; safe for all threads.</summary>
internal sealed class ClientBundleFile(string name, Func<Stream> open)
{
    private static readonly string[] s_codings = [ContentCoding.Brotli, ContentCoding.Gzip, ContentCoding.Deflate];

    // One for each coding, and the last one for the file as it is.
    private readonly Task<byte[]>?[] _bodies = new Task<byte[]>?[s_codings.Length + 1];

    /// <summary>What a client can have the file compressed with; of those that it likes equally well it gets the first.</summary>
    public static ReadOnlySpan<string> Codings => s_codings;

    public string ContentType { get; } = name.EndsWith(".map", StringComparison.Ordinal) ? "application/json; charset=utf-8" : "application/javascript; charset=utf-8";

    /// <summary>The bytes of the file in a coding, or as they are; others wait while one request compresses.</summary>
    public Task<byte[]> GetBodyAsync(string? coding)
    {
        ref var body = ref _bodies[coding is null ? s_codings.Length : Array.IndexOf(s_codings, coding)];
        if (Volatile.Read(ref body) is { } known)
        {
            return known;
        }

        var mine = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref body, mine.Task, null) is { } others)
        {
            return others;
        }

        try
        {
            mine.SetResult(Read(coding));
        }
        catch (Exception exception)
        {
            // The next request may have more luck, or more memory.
            Volatile.Write(ref body, null);
            mine.SetException(exception);
        }

        return mine.Task;
    }

    private byte[] Read(string? coding)
    {
        using var stream = open();
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        if (coding is null)
        {
            return bytes;
        }

        // Paid once, so it may take its time.
        var compressed = new ArrayBufferWriter<byte>(bytes.Length / 2);
        ContentCoding.Compress(bytes, coding, compressed, CompressionLevel.SmallestSize);
        return compressed.WrittenSpan.ToArray();
    }
}
