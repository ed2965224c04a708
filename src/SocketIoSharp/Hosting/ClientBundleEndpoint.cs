using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>Serves the files of the client under the path of one server.</summary>
internal sealed partial class ClientBundleEndpoint(ClientBundle bundle, SocketIOOptions options, ILogger<ClientBundleEndpoint> logger)
{
    private readonly CorsResponder? _cors = options.CorsDelegate is { } perRequest ? new CorsResponder(perRequest)
        : options.Cors is { } cors ? new CorsResponder(cors)
        : null;

    private int _hasWarned;

    /// <summary>Answers whatever the method is, as Node does; the matcher has seen to it that the path is a file's.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (_cors is not null && await ApplyCorsAsync(_cors, context))
        {
            return;
        }

        var path = context.Request.Path.Value!;
        var name = path[(path.LastIndexOf('/') + 1)..];
        var response = context.Response;
        if (bundle.Find(name) is not { } file)
        {
            if (Interlocked.Exchange(ref _hasWarned, 1) == 0)
            {
                Log.FileIsMissing(logger, name, nameof(SocketIOOptions.ServeClient));
            }

            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (IsUnchanged(NodeHeaderValue.Join(context.Request.Headers.IfNoneMatch)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var coding = ContentCoding.Negotiate(context.Request.Headers.AcceptEncoding, ClientBundleFile.Codings);
        var body = await file.GetBodyAsync(coding);
        response.ContentType = file.ContentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "public, max-age=0";
        response.Headers.ETag = bundle.EntityTag;
        response.Headers.ContentEncoding = coding;

        // Caches on the way may keep the file, and must not give a coding to clients that do not know it.
        response.Headers.AppendCommaSeparatedValues("Vary", "Accept-Encoding");
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>The tag alone or its weak form; a list of tags is not looked into, as in Node.</summary>
    private bool IsUnchanged(string? ifNoneMatch)
        => ifNoneMatch is not null
            && (string.Equals(ifNoneMatch, bundle.EntityTag, StringComparison.Ordinal)
                || (ifNoneMatch.StartsWith("W/", StringComparison.Ordinal) && ifNoneMatch.AsSpan(2).SequenceEqual(bundle.EntityTag)));

    private async Task<bool> ApplyCorsAsync(CorsResponder responder, HttpContext context)
    {
        try
        {
            return await responder.ApplyAsync(context);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The files are public: without the headers they are only of no use to other sites.
            Log.CorsFailed(logger, exception, nameof(EngineIOOptions.CorsDelegate));
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The client file {Name} was asked for, but SocketIoSharp was built without it. Run 'npm ci' in the root of the repository and build again, or set {Option} to false.", EventName = nameof(FileIsMissing))]
        public static partial void FileIsMissing(ILogger logger, string name, string option);

        [LoggerMessage(2, LogLevel.Warning, "{Option} failed; a client file was sent without cross-origin headers.", EventName = nameof(CorsFailed))]
        public static partial void CorsFailed(ILogger logger, Exception exception, string option);
    }
}

/// <summary>Which requests are for a file: the path to the letter, and no WebSocket, which is the engine's under any name.</summary>
internal sealed class ClientBundleMetadata : ISelectiveEndpointMetadata
{
    public const string Parameter = "{" + EngineIOEndpointMetadata.OwnParameters + "File}";

    private string? _prefix;

    public bool IsMatch(RouteEndpoint endpoint, HttpContext context)
    {
        var path = context.Request.Path.Value;
        var prefix = _prefix ??= "/" + endpoint.RoutePattern.RawText!.Replace(Parameter, string.Empty, StringComparison.Ordinal).TrimStart('/');
        return path?.StartsWith(prefix, StringComparison.Ordinal) == true
            && ClientBundle.IsName(path.AsSpan(prefix.Length))
            && !WebSocketAcceptor.IsUpgrade(context);
    }
}

/// <summary>Maps the files of the client.</summary>
internal static class ClientBundleMapping
{
    /// <summary>Adds the files to a server that has just been mapped; the conventions of the result apply to both.</summary>
    public static IEndpointConventionBuilder WithClientBundle(this IEndpointConventionBuilder engineEndpoint, IEndpointRouteBuilder endpoints, EngineIOServer engine)
    {
        if (engine.Options is not SocketIOOptions { ServeClient: true } options)
        {
            return engineEndpoint;
        }

        var services = endpoints.ServiceProvider;
        var bundle = services.GetService<ClientBundle>() ?? ClientBundle.Embedded;
        var handler = new ClientBundleEndpoint(bundle, options, services.GetRequiredService<ILogger<ClientBundleEndpoint>>());
        var files = endpoints.Map($"{engine.Path!.TrimEnd('/')}/{ClientBundleMetadata.Parameter}", (RequestDelegate)handler.HandleAsync);
        files.WithDisplayName($"Socket.IO client files {engine.Path}");
        files.Add(static endpoint =>
        {
            endpoint.Metadata.Add(new ClientBundleMetadata());

            // A script tag carries no token, and the files hold nothing that is not public.
            endpoint.Metadata.Add(new AllowAnonymousAttribute());

            // Beside the engine's endpoint, before which it comes because its route is the more specific one.
            ((RouteEndpointBuilder)endpoint).Order = int.MinValue;
        });
        return new EngineIOConventionBuilder([engineEndpoint, files]);
    }
}
