using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>Which origins a <see cref="EngineIOCorsOptions"/> answers for. Immutable; a string converts to it, "*" to <see cref="Any"/>.</summary>
/// <remarks>Node name: <c>cors.origin</c>.</remarks>
public abstract class EngineIOCorsOrigin
{
    private protected EngineIOCorsOrigin()
    {
    }

    /// <summary>Every origin: the answer is <c>*</c>.</summary>
    /// <remarks>Node: <c>origin: "*"</c>. Inside <see cref="OneOf(EngineIOCorsOrigin[])"/> it matches nothing, as in Node.</remarks>
    public static EngineIOCorsOrigin Any { get; } = new AnyOrigin();

    /// <summary>Every origin: the answer repeats the origin of the request, which also works with credentials.</summary>
    /// <remarks>Node: <c>origin: true</c>.</remarks>
    public static EngineIOCorsOrigin Reflect { get; } = new ReflectOrigin();

    /// <summary>No cross-origin headers at all.</summary>
    /// <remarks>Node: <c>origin: false</c>.</remarks>
    public static EngineIOCorsOrigin None { get; } = new NoOrigin();

    /// <summary>One origin, which is the answer to every request wherever it comes from.</summary>
    /// <remarks>Node: <c>origin: "https://example.com"</c>.</remarks>
    public static EngineIOCorsOrigin Exactly(string origin)
    {
        ArgumentException.ThrowIfNullOrEmpty(origin);
        if (!NodeHeaderValue.IsWritable(origin))
        {
            throw new ArgumentException("The origin has characters that a header cannot have.", nameof(origin));
        }

        return origin == "*" ? Any : new ExactOrigin(origin);
    }

    /// <summary>These origins, each compared exactly.</summary>
    /// <remarks>Node: <c>origin: ["https://a.example", "https://b.example"]</c>.</remarks>
    public static EngineIOCorsOrigin OneOf(params string[] origins)
    {
        ArgumentNullException.ThrowIfNull(origins);
        return new ListOrigin(Array.ConvertAll(origins, Exactly));
    }

    /// <summary>Whatever one of these matches; strings and patterns may be mixed.</summary>
    /// <remarks>Node: <c>origin: ["https://a.example", /\.b\.example$/]</c>.</remarks>
    public static EngineIOCorsOrigin OneOf(params EngineIOCorsOrigin[] origins)
    {
        ArgumentNullException.ThrowIfNull(origins);
        foreach (var origin in origins)
        {
            ArgumentNullException.ThrowIfNull(origin, nameof(origins));
            if (origin is PredicateOrigin)
            {
                throw new ArgumentException("A function decides alone: When cannot stand in a list.", nameof(origins));
            }
        }

        return new ListOrigin([.. origins]);
    }

    /// <summary>The origins that the pattern finds a match in; anchor it. A match that runs into the pattern's own timeout counts as none.</summary>
    /// <remarks>Node: <c>origin: /\.example\.com$/</c>.</remarks>
    public static EngineIOCorsOrigin Matching(Regex pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return new PatternOrigin(pattern);
    }

    /// <summary>The origins that a function accepts; the argument is null when the request names none. After false the request gets no cross-origin headers.</summary>
    /// <remarks>Node: <c>origin: (origin, callback) => …</c>.</remarks>
    public static EngineIOCorsOrigin When(Func<string?, HttpContext, ValueTask<bool>> isAllowed)
    {
        ArgumentNullException.ThrowIfNull(isAllowed);
        return new PredicateOrigin(isAllowed);
    }

    /// <summary>Converts as <see cref="Exactly"/> does, and "*" to <see cref="Any"/>.</summary>
    public static implicit operator EngineIOCorsOrigin(string origin) => Exactly(origin);

    /// <summary>Whether a request with this origin gets its own origin back.</summary>
    internal abstract bool Matches(string requestOrigin);

    internal sealed class AnyOrigin : EngineIOCorsOrigin
    {
        // In a list "*" is a string like others, compared with the origin of the request.
        internal override bool Matches(string requestOrigin) => requestOrigin == "*";
    }

    internal sealed class ReflectOrigin : EngineIOCorsOrigin
    {
        internal override bool Matches(string requestOrigin) => true;
    }

    internal sealed class NoOrigin : EngineIOCorsOrigin
    {
        internal override bool Matches(string requestOrigin) => false;
    }

    internal sealed class ExactOrigin(string text) : EngineIOCorsOrigin
    {
        public string Text { get; } = text;

        internal override bool Matches(string requestOrigin) => requestOrigin == Text;
    }

    internal sealed class ListOrigin(EngineIOCorsOrigin[] origins) : EngineIOCorsOrigin
    {
        internal override bool Matches(string requestOrigin)
        {
            foreach (var origin in origins)
            {
                if (origin.Matches(requestOrigin))
                {
                    return true;
                }
            }

            return false;
        }
    }

    internal sealed class PatternOrigin(Regex pattern) : EngineIOCorsOrigin
    {
        internal override bool Matches(string requestOrigin)
        {
            try
            {
                return pattern.IsMatch(requestOrigin);
            }
            catch (RegexMatchTimeoutException)
            {
                // The origin is hostile or the pattern is slow; either way nobody is let in by it.
                return false;
            }
        }
    }

    internal sealed class PredicateOrigin(Func<string?, HttpContext, ValueTask<bool>> isAllowed) : EngineIOCorsOrigin
    {
        public ValueTask<bool> IsAllowedAsync(string? requestOrigin, HttpContext context) => isAllowed(requestOrigin, context);

        internal override bool Matches(string requestOrigin) => false;
    }
}
