namespace SocketIoSharp;

/// <summary>Where clients connect: a namespace, or the pattern of many.</summary>
public interface IConnectionSource
{
    /// <summary>Runs for each client that wants to connect, before it is; it goes on to the next when it calls <c>next</c>.</summary>
    /// <param name="middleware">Throws <see cref="ConnectionRefusedException"/> to refuse the client.</param>
    /// <returns>This.</returns>
    /// <remarks>Node: <c>use</c>. A middleware that returns without having called <c>next</c> refuses the client.</remarks>
    IConnectionSource Use(Func<IServerSocket, Func<Task>, Task> middleware);

    /// <summary>Refuses clients whose user does not satisfy the policies; asked for on every connect, a resumed one included.</summary>
    /// <param name="policies">Names of ASP.NET Core authorization policies; none means the default policy.</param>
    /// <returns>This.</returns>
    IConnectionSource RequireAuthorization(params IReadOnlyCollection<string> policies);

    /// <summary>Runs for every client that has connected; this is where its events are registered.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    /// <remarks>Node: <c>on("connection")</c>.</remarks>
    IDisposable OnConnection(Action<IServerSocket> handler);

    /// <summary>Runs for every client that has connected; its events wait until the task completes.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>The registration; dispose it to stop.</returns>
    IDisposable OnConnection(Func<IServerSocket, Task> handler);
}
