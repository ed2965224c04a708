using System.Buffers;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// What the query of one request says to the engine. Read in one pass, without a dictionary; of a repeated key the last wins.
/// </summary>
internal readonly struct EngineIOQuery
{
    private EngineIOQuery(int protocol, string? transport, string? sid, bool base64, string? jsonp)
    {
        Protocol = protocol;
        Transport = transport;
        Sid = sid;
        Base64 = base64;
        J = jsonp;
    }

    /// <summary>4 when <c>EIO</c> is exactly "4", otherwise 3: also when it is missing or names a later revision.</summary>
    public int Protocol { get; }

    /// <summary>The transport as the client wrote it (case matters), or null.</summary>
    public string? Transport { get; }

    /// <summary>The session id, or null on a handshake; an empty one counts as absent.</summary>
    public string? Sid { get; }

    /// <summary>Whether the client said, with any non-empty <c>b64</c>, that its transport carries no binary.</summary>
    public bool Base64 { get; }

    /// <summary>The JSONP index, or null without one. Its mere presence, even empty, asks for JSONP.</summary>
    public string? J { get; }

    public static EngineIOQuery Parse(QueryString query)
    {
        ReadOnlyMemory<char> protocol = default;
        ReadOnlyMemory<char> transport = default;
        ReadOnlyMemory<char> sid = default;
        ReadOnlyMemory<char> jsonp = default;
        var hasTransport = false;
        var hasJsonp = false;
        var base64 = false;

        foreach (var pair in Enumerate(query))
        {
            var name = pair.EncodedName.Span;
            if (name.IndexOfAny('%', '+') >= 0)
            {
                name = Decode(name);
            }

            switch (name)
            {
                case "EIO":
                    protocol = pair.EncodedValue;
                    break;
                case "transport":
                    transport = pair.EncodedValue;
                    hasTransport = true;
                    break;
                case "sid":
                    sid = pair.EncodedValue;
                    break;
                case "b64":
                    base64 = !pair.EncodedValue.IsEmpty;
                    break;
                case "j":
                    jsonp = pair.EncodedValue;
                    hasJsonp = true;
                    break;
            }
        }

        return new EngineIOQuery(
            Decode(protocol.Span) is "4" ? 4 : 3,
            hasTransport ? Decode(transport.Span) : null,
            sid.IsEmpty ? null : Decode(sid.Span),
            base64,
            hasJsonp ? Decode(jsonp.Span) : null);
    }

    /// <summary>Every parameter as a flat map for the handshake record. Names are plain data: none is special.</summary>
    public static IReadOnlyDictionary<string, string> ReadAll(QueryString query)
    {
        Dictionary<string, string>? parameters = null;
        foreach (var pair in Enumerate(query))
        {
            parameters ??= new Dictionary<string, string>(StringComparer.Ordinal);
            parameters[Decode(pair.EncodedName.Span)] = Decode(pair.EncodedValue.Span);
        }

        return parameters ?? (IReadOnlyDictionary<string, string>)ReadOnlyDictionary<string, string>.Empty;
    }

    private static QueryStringEnumerable Enumerate(QueryString query)
    {
        var text = query.Value.AsMemory();

        // A fragment is no part of the query, even where a client sends one.
        var fragment = text.Span.IndexOf('#');
        return new QueryStringEnumerable(fragment < 0 ? text : text[..fragment]);
    }

    // The rules of URLSearchParams, which the Node server uses: '+' is a space, a '%' without two hexadecimal digits
    // stands for itself, and bytes that are no UTF-8 become U+FFFD.
    private static string Decode(ReadOnlySpan<char> encoded)
    {
        switch (encoded)
        {
            case "":
                return string.Empty;
            case "3":
                return "3";
            case "4":
                return "4";
            case "polling":
                return "polling";
            case "websocket":
                return "websocket";
        }

        if (encoded.IndexOfAny('%', '+') < 0)
        {
            return new string(encoded);
        }

        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(encoded.Length));
        var length = DecodeInPlace(rented.AsSpan(0, Encoding.UTF8.GetBytes(encoded, rented)));
        var decoded = Encoding.UTF8.GetString(rented, 0, length);
        ArrayPool<byte>.Shared.Return(rented);

        // An escaped transport name is compared by value, so it needs no interning.
        return decoded;
    }

    private static int DecodeInPlace(Span<byte> bytes)
    {
        var written = 0;
        for (var read = 0; read < bytes.Length; read++)
        {
            var value = bytes[read];
            if (value == '+')
            {
                value = (byte)' ';
            }
            else if (value == '%' && read + 2 < bytes.Length
                && byte.TryParse(bytes.Slice(read + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var escaped))
            {
                value = escaped;
                read += 2;
            }

            bytes[written++] = value;
        }

        return written;
    }
}
