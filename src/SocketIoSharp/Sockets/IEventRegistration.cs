namespace SocketIoSharp;

/// <summary>A registered event handler; dispose it to remove the handler.</summary>
/// <remarks>Node: <c>off</c>.</remarks>
public interface IEventRegistration : IDisposable
{
    /// <summary>Runs the handler only for users that satisfy the policies; for others it does not run, and <see cref="IServerSocket.OnError"/> is told.</summary>
    /// <param name="policies">Names of ASP.NET Core authorization policies; none means the default policy.</param>
    /// <returns>This.</returns>
    IEventRegistration RequireAuthorization(params IReadOnlyCollection<string> policies);
}
