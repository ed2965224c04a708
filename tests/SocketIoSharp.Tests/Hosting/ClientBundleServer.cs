using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>An application with a Socket.IO server that does nothing, for tests of the files beside it.</summary>
internal sealed class ClientBundleServer : IAsyncDisposable
{
    private readonly EngineTestServer _server;

    private ClientBundleServer(EngineTestServer server) => _server = server;

    public Uri Address => _server.Address;

    public LogCapture Log => _server.Log;

    /// <summary>The official client's package, as the test command has installed it.</summary>
    public static string PackageFolder { get; } = FindPackage();

    public static async Task<ClientBundleServer> StartAsync(
        Action<SocketIOOptions>? options = null,
        string path = "/socket.io",
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? before = null,
        Func<WebApplication, IEndpointRouteBuilder>? routes = null,
        Action<IEndpointConventionBuilder>? endpoint = null)
        => new(await EngineTestServer.StartAsync(new EngineTestServerSettings
        {
            Path = null,
            ConfigureBuilder = builder =>
            {
                builder.Services.AddSocketIO(options);
                services?.Invoke(builder.Services);
            },
            ConfigureApplication = application =>
            {
                before?.Invoke(application);
                var mapped = (routes?.Invoke(application) ?? application).MapSocketIO(path, static _ => { });
                endpoint?.Invoke(mapped);
            },
        }));

    /// <summary>One request on a connection of its own; answers of the server carry their length.</summary>
    public async Task<RawResponse> RequestAsync(string requestLine, params string[] headers)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(Address);
        await connection.WriteHeadAsync(requestLine + " HTTP/1.1", ["Connection: close", .. headers]);
        var response = await connection.ReadResponseAsync(hasBody: !requestLine.StartsWith("HEAD", StringComparison.Ordinal));
        Assert.That(response.Header("Transfer-Encoding"), Is.Null);
        return response;
    }

    public static byte[] ReadFile(string name) => File.ReadAllBytes(Path.Combine(PackageFolder, "dist", name));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string FindPackage()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SocketIoSharp.sln")))
            {
                return Path.Combine(folder.FullName, "node_modules", "socket.io-client");
            }
        }

        throw new InvalidOperationException($"No SocketIoSharp.sln above {AppContext.BaseDirectory}: these tests run inside the repository.");
    }
}
