using System.IO.Compression;

namespace SocketIoSharp.EngineIO;

/// <summary>How the answers of long-polling GET requests are compressed.</summary>
/// <remarks>Node name: <c>httpCompression</c>.</remarks>
public sealed class HttpCompressionOptions
{
    /// <summary>The size in bytes from which a body is compressed; 1024 by default.</summary>
    /// <remarks>Node name: <c>httpCompression.threshold</c>.</remarks>
    public int Threshold { get; set; } = 1024;

    /// <summary>How much work goes into the compression; <see cref="CompressionLevel.Optimal"/> by default, which is zlib's level 6 as in Node.</summary>
    /// <remarks>Node name: <c>httpCompression.level</c>.</remarks>
    public CompressionLevel Level { get; set; } = CompressionLevel.Optimal;
}
