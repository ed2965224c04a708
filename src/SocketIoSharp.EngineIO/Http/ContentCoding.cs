using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.Primitives;

namespace SocketIoSharp.EngineIO;

/// <summary>The content codings of answers: which of those that are offered a client wants, and the coding itself.</summary>
internal static class ContentCoding
{
    public const string Brotli = "br";
    public const string Gzip = "gzip";
    public const string Deflate = "deflate";

    private static readonly string[] s_pollingCodings = [Gzip, Deflate];

    /// <summary>The coding of a polling answer, or null to send the body as it is.</summary>
    public static string? Negotiate(StringValues acceptEncoding) => Negotiate(acceptEncoding, s_pollingCodings);

    /// <summary>
    /// The coding to use, or null to send the body as it is. The best quality wins, then the more specific entry (a name
    /// before <c>*</c>), then the earlier entry, then the coding that is offered first. One pass over the header, nothing
    /// allocated.
    /// </summary>
    public static string? Negotiate(StringValues acceptEncoding, ReadOnlySpan<string> offered)
    {
        Span<Preference> preferences = stackalloc Preference[offered.Length];
        preferences.Fill(Preference.None);
        var order = 0;

        foreach (var line in acceptEncoding)
        {
            var text = line.AsSpan();
            foreach (var range in text.Split(','))
            {
                Consider(text[range], order++, offered, preferences);
            }
        }

        var best = -1;
        for (var i = 0; i < offered.Length; i++)
        {
            // Written so that a quality that is no number counts as not acceptable.
            if (preferences[i].Quality > 0 && (best < 0 || preferences[i].ComesBefore(preferences[best])))
            {
                best = i;
            }
        }

        return best < 0 ? null : offered[best];
    }

    /// <summary>Writes the body in this coding. "deflate" means the zlib format, as HTTP defines it and Node sends it.</summary>
    public static void Compress(ReadOnlySpan<byte> body, string coding, IBufferWriter<byte> output, CompressionLevel level)
    {
        using var destination = new BufferWriterStream(output);
        using Stream encoder = coding switch
        {
            Brotli => new BrotliStream(destination, level, leaveOpen: true),
            Gzip => new GZipStream(destination, level, leaveOpen: true),
            Deflate => new ZLibStream(destination, level, leaveOpen: true),
            _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, "The coding is none of br, gzip and deflate."),
        };
        encoder.Write(body);
    }

    private static void Consider(ReadOnlySpan<char> entry, int order, ReadOnlySpan<string> offered, Span<Preference> preferences)
    {
        var semicolon = entry.IndexOf(';');
        var name = (semicolon < 0 ? entry : entry[..semicolon]).Trim();
        var isWildcard = name is "*";
        var candidate = Preference.None;
        for (var i = 0; i < offered.Length; i++)
        {
            if (!isWildcard && !name.Equals(offered[i], StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (candidate.Order < 0)
            {
                var quality = semicolon < 0 ? 1 : ReadQuality(entry[(semicolon + 1)..]);
                candidate = new Preference(quality, IsNamed: !isWildcard, order);
            }

            if (preferences[i].GivesWayTo(candidate))
            {
                preferences[i] = candidate;
            }
        }
    }

    // The first parameter named exactly "q" counts; a coding without one has quality 1.
    private static double ReadQuality(ReadOnlySpan<char> parameters)
    {
        foreach (var range in parameters.Split(';'))
        {
            var parameter = parameters[range].Trim();
            if (parameter is "q")
            {
                return double.NaN;
            }

            if (parameter.StartsWith("q=", StringComparison.Ordinal))
            {
                return ParseLeadingNumber(parameter[2..]);
            }
        }

        return 1;
    }

    // As JavaScript's parseFloat: the longest prefix that is a decimal number, whatever follows it.
    private static double ParseLeadingNumber(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        var length = text is ['+' or '-', ..] ? 1 : 0;
        if (text[length..].StartsWith("Infinity", StringComparison.Ordinal))
        {
            return text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        }

        length += CountDigits(text[length..]);
        if (length < text.Length && text[length] == '.')
        {
            length += 1 + CountDigits(text[(length + 1)..]);
        }

        if (length < text.Length && text[length] is 'e' or 'E')
        {
            var exponent = length + 1;
            if (exponent < text.Length && text[exponent] is '+' or '-')
            {
                exponent++;
            }

            var digits = CountDigits(text[exponent..]);
            length = digits > 0 ? exponent + digits : length;
        }

        const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text[..length], Decimal, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (count < text.Length && char.IsAsciiDigit(text[count]))
        {
            count++;
        }

        return count;
    }

    private readonly record struct Preference(double Quality, bool IsNamed, int Order)
    {
        public static Preference None => new(0, IsNamed: false, -1);

        // Between entries for the same coding the named one wins over "*", then the better quality, then the later one.
        public bool GivesWayTo(Preference other)
        {
            if (IsNamed != other.IsNamed)
            {
                return other.IsNamed;
            }

            var difference = Quality - other.Quality;
            return difference < 0 || (!(difference > 0) && Order < other.Order);
        }

        // Between two codings; the same "*" entry for both leaves the one that is offered first.
        public bool ComesBefore(Preference other)
        {
            var difference = Quality - other.Quality;
            if (difference is > 0 or < 0)
            {
                return difference > 0;
            }

            return IsNamed == other.IsNamed ? Order < other.Order : IsNamed;
        }
    }

    private sealed class BufferWriterStream(IBufferWriter<byte> output) : OneWayStream
    {
        public override bool CanWrite => true;

        public override void Write(ReadOnlySpan<byte> buffer) => output.Write(buffer);
    }
}
