using System.Buffers;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace SocketIoSharp.EngineIO.Tests;

public sealed class ContentCodingTests
{
    // Recorded from the accepts package, asked for ["gzip", "deflate"].
    [TestCase(null, null)]
    [TestCase("", null)]
    [TestCase("gzip", "gzip")]
    [TestCase("GZIP", "gzip")]
    [TestCase("deflate", "deflate")]
    [TestCase("deflate, gzip", "deflate")]
    [TestCase("gzip, deflate", "gzip")]
    [TestCase("gzip, deflate, br", "gzip")]
    [TestCase("br", null)]
    [TestCase("*", "gzip")]
    [TestCase("*;q=0", null)]
    [TestCase("gzip;q=0", null)]
    [TestCase("gzip;q=0, *", "deflate")]
    [TestCase("*, gzip;q=0", "deflate")]
    [TestCase("gzip;q=0.2, deflate;q=0.8", "deflate")]
    [TestCase("identity", null)]
    [TestCase("identity;q=1, gzip;q=0.1", "gzip")]
    [TestCase("identity;q=0", null)]
    [TestCase("gzip;q=abc", null)]
    [TestCase("gzip;q", null)]
    [TestCase("gzip;q=", null)]
    [TestCase("gzip; q=0.5, deflate;q=0.5", "gzip")]
    [TestCase("deflate;q=0.5, gzip;q=0.5", "deflate")]
    [TestCase("gzip ; q=0.1 , deflate", "deflate")]
    [TestCase("gzip;Q=0", "gzip")]
    [TestCase("gzip;a=b;q=0", null)]
    [TestCase("gzip;q =0", "gzip")]
    [TestCase("gzip deflate", null)]
    [TestCase("*;q=0.5, deflate;q=0.5", "deflate")]
    [TestCase("*, deflate", "deflate")]
    [TestCase("gzip;q=2, deflate", "gzip")]
    [TestCase("gzip;q=-1", null)]
    [TestCase("gzip;q=0.5=3, deflate;q=0.4", "gzip")]
    [TestCase("gzip;q=.5, deflate;q=.6", "deflate")]
    [TestCase("gzip;q=1e-3, deflate;q=0.002", "deflate")]
    [TestCase("gzip;q=Infinity, deflate;q=Infinity", "gzip")]
    [TestCase("deflate;q=Infinity, gzip;q=Infinity", "deflate")]
    [TestCase("gzip;q=abc, gzip", "gzip")]
    [TestCase("gzip, gzip;q=abc", null)]
    [TestCase("gzip;q=0, gzip", "gzip")]
    [TestCase("gzip, gzip;q=0", "gzip")]
    [TestCase(",,,gzip", "gzip")]
    [TestCase(";q=1,deflate", "deflate")]
    [TestCase("x-gzip", null)]
    [TestCase("gzip;q=0.5xyz, deflate;q=0.4", "gzip")]
    [TestCase("gzip;q=+0.1, deflate;q=0.05", "gzip")]
    [TestCase("gzip;q= 0.1, deflate;q=0.05", "gzip")]
    [TestCase("deflate;q=1., gzip;q=0.9", "deflate")]
    [TestCase("gzip;q=1e, deflate", "gzip")]
    [TestCase("*;q=0.1, gzip;q=0.05", "deflate")]
    [TestCase("gzip;q=0x1, deflate;q=0.1", "deflate")]
    [TestCase("\"gzip\"", null)]
    [TestCase("gzip;;q=0", null)]
    public void The_coding_is_the_one_that_node_would_choose(string? acceptEncoding, string? expected)
    {
        Assert.That(ContentCoding.Negotiate(new StringValues(acceptEncoding)), Is.EqualTo(expected));
    }

    [Test]
    public void Several_header_lines_count_as_one_list()
    {
        Assert.That(ContentCoding.Negotiate(new StringValues(["br, deflate", "gzip"])), Is.EqualTo("deflate"));
        Assert.That(ContentCoding.Negotiate(default), Is.Null);
    }

    [Test]
    public void Garbage_never_throws_and_allocates_nothing()
    {
        string[] parts = ["gzip", "deflate", "*", ";", ",", "q=", "Q=", "1", "0.", ".5", "e", "E+", "-", "Infinity", " ", "\t", "9999999999999999999", "\u00A0"];
        var random = new Random(47);
        for (var round = 0; round < 5_000; round++)
        {
            var header = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => parts[random.Next(parts.Length)]));
            Assert.That(() => ContentCoding.Negotiate(header), Throws.Nothing, header);
        }

        var hostile = new StringValues(string.Concat(Enumerable.Repeat("gzip;q=0.000001;;;,*;q=1e999,", 1_000)));
        ContentCoding.Negotiate(hostile);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ContentCoding.Negotiate(hostile);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [TestCase("gzip", 0)]
    [TestCase("gzip", 100_000)]
    [TestCase("deflate", 0)]
    [TestCase("deflate", 100_000)]
    public void What_is_compressed_inflates_to_the_same_bytes(string coding, int length)
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, length / 10).Select(i => $"4message {i}")));
        var output = new ArrayBufferWriter<byte>();

        ContentCoding.Compress(body, coding, output, CompressionLevel.Optimal);

        using var compressed = new MemoryStream(output.WrittenSpan.ToArray());
        using Stream decoder = coding == "gzip"
            ? new GZipStream(compressed, CompressionMode.Decompress)
            : new ZLibStream(compressed, CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        decoder.CopyTo(inflated);
        Assert.That(inflated.ToArray(), Is.EqualTo(body));
        Assert.That(length == 0 || output.WrittenCount < body.Length);
    }

    [Test]
    public void Deflate_is_the_zlib_format()
    {
        var output = new ArrayBufferWriter<byte>();

        ContentCoding.Compress("hello"u8, "deflate", output, CompressionLevel.Optimal);

        // CMF and FLG: deflate with a 32 KiB window, level 6.
        Assert.That(output.WrittenSpan[..2].ToArray(), Is.EqualTo(new byte[] { 0x78, 0x9C }));
    }

    [Test]
    public void An_unknown_coding_is_a_mistake_of_the_caller()
    {
        Assert.That(
            () => ContentCoding.Compress("x"u8, "zstd", new ArrayBufferWriter<byte>(), CompressionLevel.Fastest),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void The_defaults_are_those_of_node()
    {
        var options = new HttpCompressionOptions();

        Assert.That(options.Threshold, Is.EqualTo(1024));
        Assert.That(options.Level, Is.EqualTo(CompressionLevel.Optimal));
    }
}
