using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// One <see cref="EngineIOCorsOptions"/> made ready: checked, with its lists joined. Immutable, used by all requests at once.
/// </summary>
internal sealed class CorsPolicy
{
    private readonly EngineIOCorsOrigin _origin;
    private readonly string _methods;
    private readonly string? _allowedHeaders;
    private readonly string? _exposedHeaders;
    private readonly string? _maxAge;
    private readonly bool _credentials;
    private readonly bool _preflightContinue;
    private readonly int _successStatus;

    public CorsPolicy(EngineIOCorsOptions options)
    {
        if (options.OptionsSuccessStatus is < 200 or > 599)
        {
            throw new ArgumentException($"OptionsSuccessStatus is {options.OptionsSuccessStatus}, which ends no HTTP request.", nameof(options));
        }

        _origin = options.Origin ?? EngineIOCorsOrigin.None;
        _methods = JoinList(options.Methods, nameof(options.Methods)) ?? string.Empty;
        _allowedHeaders = JoinList(options.AllowedHeaders, nameof(options.AllowedHeaders));
        _exposedHeaders = JoinList(options.ExposedHeaders, nameof(options.ExposedHeaders));
        _maxAge = options.MaxAge is { } maxAge ? Math.Floor(maxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null;
        _credentials = options.Credentials;
        _preflightContinue = options.PreflightContinue;
        _successStatus = options.OptionsSuccessStatus;
    }

    /// <summary>Sets the headers; true when that was a preflight and the answer is complete.</summary>
    public ValueTask<bool> ApplyAsync(HttpContext context)
    {
        var requestOrigin = NodeHeaderValue.Join(context.Request.Headers.Origin);
        return _origin switch
        {
            // Node: origin false, and a function that says false, leave the request alone, the preflight included.
            EngineIOCorsOrigin.NoOrigin => ValueTask.FromResult(false),
            EngineIOCorsOrigin.PredicateOrigin predicate => ApplyWhenAllowedAsync(predicate, requestOrigin, context),
            _ => ValueTask.FromResult(Apply(_origin, requestOrigin, context)),
        };
    }

    private static string? JoinList(IList<string>? list, string name)
    {
        if (list is null)
        {
            return null;
        }

        var joined = string.Join(',', list);
        return NodeHeaderValue.IsWritable(joined)
            ? joined
            : throw new ArgumentException($"{name} has characters that a header cannot have.", nameof(list));
    }

    private async ValueTask<bool> ApplyWhenAllowedAsync(EngineIOCorsOrigin.PredicateOrigin predicate, string? requestOrigin, HttpContext context) =>
        await predicate.IsAllowedAsync(requestOrigin, context)
        && Apply(EngineIOCorsOrigin.Reflect, requestOrigin, context);

    private bool Apply(EngineIOCorsOrigin origin, string? requestOrigin, HttpContext context)
    {
        var headers = context.Response.Headers;
        ApplyOrigin(origin, requestOrigin, headers);
        if (_credentials)
        {
            headers.AccessControlAllowCredentials = "true";
        }

        if (!string.IsNullOrEmpty(_exposedHeaders))
        {
            headers.AccessControlExposeHeaders = _exposedHeaders;
        }

        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            return false;
        }

        ApplyPreflight(context.Request.Headers, headers);
        if (_preflightContinue)
        {
            return false;
        }

        // Some browsers wait for a body unless they are told that there is none.
        context.Response.StatusCode = _successStatus;
        context.Response.ContentLength = 0;
        return true;
    }

    private static void ApplyOrigin(EngineIOCorsOrigin origin, string? requestOrigin, IHeaderDictionary headers)
    {
        switch (origin)
        {
            case EngineIOCorsOrigin.AnyOrigin:
                headers.AccessControlAllowOrigin = "*";
                return;
            case EngineIOCorsOrigin.ExactOrigin exact:
                headers.AccessControlAllowOrigin = exact.Text;
                break;
            default:
                // A value that cannot be written back would make the server refuse its own response.
                if (!string.IsNullOrEmpty(requestOrigin) && NodeHeaderValue.IsWritable(requestOrigin) && origin.Matches(requestOrigin))
                {
                    headers.AccessControlAllowOrigin = requestOrigin;
                }

                break;
        }

        AppendVary(headers, "Origin");
    }

    private void ApplyPreflight(IHeaderDictionary requestHeaders, IHeaderDictionary headers)
    {
        if (_methods.Length > 0)
        {
            headers.AccessControlAllowMethods = _methods;
        }

        var allowedHeaders = _allowedHeaders;
        if (allowedHeaders is null)
        {
            // Not configured means: whatever the preflight asks for.
            AppendVary(headers, "Access-Control-Request-Headers");
            allowedHeaders = NodeHeaderValue.Join(requestHeaders.AccessControlRequestHeaders);
        }

        if (!string.IsNullOrEmpty(allowedHeaders) && NodeHeaderValue.IsWritable(allowedHeaders))
        {
            headers.AccessControlAllowHeaders = allowedHeaders;
        }

        if (_maxAge is not null)
        {
            headers.AccessControlMaxAge = _maxAge;
        }
    }

    // Adds a name once, whatever its case; a "*" already says more than any name.
    private static void AppendVary(IHeaderDictionary headers, string name)
    {
        var present = NodeHeaderValue.Join(headers.Vary);
        if (string.IsNullOrEmpty(present))
        {
            headers.Vary = name;
            return;
        }

        var names = present.AsSpan();
        foreach (var range in names.Split(','))
        {
            var existing = names[range].Trim();
            if (existing is "*")
            {
                headers.Vary = "*";
                return;
            }

            if (existing.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return;
            }
        }

        headers.Vary = new StringValues($"{present}, {name}");
    }
}
