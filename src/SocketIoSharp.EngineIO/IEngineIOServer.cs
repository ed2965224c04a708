using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>One Engine.IO server of the application.</summary>
/// <remarks>Node: <c>io.engine</c>.</remarks>
public interface IEngineIOServer
{
    /// <summary>The number of sessions.</summary>
    /// <remarks>Node: <c>clientsCount</c>.</remarks>
    int ClientsCount { get; }

    /// <summary>The settings in force.</summary>
    /// <remarks>Node: <c>opts</c>.</remarks>
    EngineIOOptions Options { get; }

    /// <summary>The path the server is mapped at, or <see langword="null"/> before it is mapped.</summary>
    string? Path { get; }

    /// <summary>Finds a session.</summary>
    /// <param name="id">The session's id.</param>
    /// <returns>The session, or <see langword="null"/>.</returns>
    IEngineIOSession? FindSession(string id);

    /// <summary>
    /// Adds a middleware that runs for every request of this server. It calls <c>next</c>, or answers the request itself;
    /// an exception refuses the request.
    /// </summary>
    /// <param name="middleware">The middleware.</param>
    /// <remarks>Node: <c>engine.use</c>.</remarks>
    void Use(Func<HttpContext, RequestDelegate, Task> middleware);

    /// <summary>Is told of every refused request.</summary>
    /// <param name="listener">The listener.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: event <c>connection_error</c>.</remarks>
    IDisposable OnConnectionError(Action<EngineIOConnectionError> listener);

    /// <summary>May add headers to the first response of each session.</summary>
    /// <param name="listener">The listener.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: event <c>initial_headers</c>.</remarks>
    IDisposable OnInitialHeaders(Action<IHeaderDictionary, HttpContext> listener);

    /// <summary>May add headers to every response.</summary>
    /// <param name="listener">The listener.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: event <c>headers</c>.</remarks>
    IDisposable OnHeaders(Action<IHeaderDictionary, HttpContext> listener);

    /// <summary>
    /// Closes every session and waits for their requests to end; new sessions are refused afterwards. Not to be awaited in a
    /// handler, whose own request is among those.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for requests that are still being answered.</param>
    /// <remarks>Node: <c>engine.close</c>.</remarks>
    Task CloseAsync(CancellationToken cancellationToken = default);
}

/// <summary>A request that was refused.</summary>
/// <param name="HttpContext">The request.</param>
/// <param name="Code">The number of the error, 0 to 5.</param>
/// <param name="Message">The general text of the error.</param>
/// <param name="Context">What exactly was wrong, under the names that Node uses.</param>
public sealed record EngineIOConnectionError(HttpContext HttpContext, int Code, string Message, IReadOnlyDictionary<string, object?> Context);
