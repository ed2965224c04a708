using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>The text of the <c>Set-Cookie</c> header of a handshake, attribute for attribute as the Node server writes it.</summary>
internal static class SessionCookie
{
    private const string AlphaNumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // A cookie name is a token.
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create(AlphaNumeric + "!#$%&'*+-.^_`|~");
    private static readonly SearchValues<char> s_labelCharacters = SearchValues.Create(AlphaNumeric + "-");

    // What encodeURIComponent leaves alone; the rest goes out as percent-encoded UTF-8.
    private static readonly SearchValues<char> s_unescaped = SearchValues.Create(AlphaNumeric + "-_.!~*'()");

    public static string Format(CookieBuilder cookie, string sid, bool isHttps, DateTimeOffset now)
    {
        var text = new StringBuilder(96).Append(cookie.Name ?? EngineIOCookie.DefaultName).Append('=');
        AppendValue(text, sid);

        if (cookie.MaxAge is { } maxAge)
        {
            text.Append(CultureInfo.InvariantCulture, $"; Max-Age={Math.Floor(maxAge.TotalSeconds)}");
        }

        AppendAttribute(text, "; Domain=", cookie.Domain);
        AppendAttribute(text, "; Path=", cookie.Path ?? EngineIOCookie.DefaultPath);

        if (cookie.Expiration is { } expiration)
        {
            text.Append(CultureInfo.InvariantCulture, $"; Expires={(now + expiration).UtcDateTime:R}");
        }

        if (cookie.HttpOnly)
        {
            text.Append("; HttpOnly");
        }

        if (cookie.SecurePolicy == CookieSecurePolicy.Always || (cookie.SecurePolicy == CookieSecurePolicy.SameAsRequest && isHttps))
        {
            text.Append("; Secure");
        }

        // Node writes Partitioned and Priority, which have no property here, at this place.
        foreach (var extension in cookie.Extensions)
        {
            AppendAttribute(text, "; ", extension);
        }

        AppendAttribute(text, "; SameSite=", cookie.SameSite switch
        {
            SameSiteMode.None => "None",
            SameSiteMode.Lax => "Lax",
            SameSiteMode.Strict => "Strict",
            _ => null,
        });
        return text.ToString();
    }

    /// <summary>Why this cookie must not be sent, or null. A stray separator in a part would let it write other parts.</summary>
    public static string? Validate(CookieBuilder cookie)
    {
        if (cookie.Name is { } name && (name.Length == 0 || name.AsSpan().ContainsAnyExcept(s_nameCharacters)))
        {
            return $"The cookie name '{name}' has characters that a cookie name cannot have.";
        }

        if (!string.IsNullOrEmpty(cookie.Domain) && !IsDomain(cookie.Domain))
        {
            return $"The cookie domain '{cookie.Domain}' is not a domain name.";
        }

        if (cookie.Path is { } path && !IsAttributeText(path, '<'))
        {
            return $"The cookie path '{path}' has characters that a cookie path cannot have.";
        }

        foreach (var extension in cookie.Extensions)
        {
            if (!IsAttributeText(extension))
            {
                return $"The cookie extension '{extension}' has characters that a cookie attribute cannot have.";
            }
        }

        return null;
    }

    private static void AppendAttribute(StringBuilder text, string prefix, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append(prefix).Append(value);
        }
    }

    private static void AppendValue(StringBuilder text, string value)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.IsAscii && s_unescaped.Contains((char)rune.Value))
            {
                text.Append((char)rune.Value);
                continue;
            }

            foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
            {
                text.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
            }
        }
    }

    private static bool IsAttributeText(string text, char alsoForbidden = ';') =>
        !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && text.AsSpan().IndexOfAny(';', alsoForbidden) < 0;

    // Labels of up to 63 letters, digits and inner hyphens, joined by dots; one leading dot is tolerated.
    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        domain = domain[0] == '.' ? domain[1..] : domain;
        foreach (var range in domain.Split('.'))
        {
            var label = domain[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-' || label.ContainsAnyExcept(s_labelCharacters))
            {
                return false;
            }
        }

        return true;
    }
}
