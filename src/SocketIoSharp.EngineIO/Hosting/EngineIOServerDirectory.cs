using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SocketIoSharp.EngineIO;

/// <summary>All servers of one application, by the name of their options.</summary>
internal sealed class EngineIOServerDirectory(IServiceProvider services, EngineIOClock clock, EngineIOMetrics metrics, ILoggerFactory loggerFactory)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Type, string), EngineIOServer> _servers = [];
    private readonly List<(EngineIOServer Server, IEndpointRouteBuilder Routes)> _mapped = [];

    public EngineIOServer GetOrAdd<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(string name)
        where TOptions : EngineIOOptions
    {
        // The options are built outside the lock: their configuration is the application's code.
        var options = services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name);
        lock (_gate)
        {
            if (!_servers.TryGetValue((typeof(TOptions), name), out var server))
            {
                server = new EngineIOServer(options, clock, metrics, loggerFactory);
                _servers.Add((typeof(TOptions), name), server);
            }

            return server;
        }
    }

    public void AddMapped(EngineIOServer server, IEndpointRouteBuilder routes)
    {
        lock (_gate)
        {
            if (_mapped.Find(other => string.Equals(other.Server.Path, server.Path, StringComparison.Ordinal) && ReferenceEquals(other.Routes, routes)).Server is not null)
            {
                throw new InvalidOperationException($"Two servers are mapped at '{server.Path}'. Give each a path of its own.");
            }

            _mapped.Add((server, routes));
        }
    }

    public IReadOnlyList<(EngineIOServer Server, IEndpointRouteBuilder Routes)> Mapped
    {
        get
        {
            lock (_gate)
            {
                return [.. _mapped];
            }
        }
    }
}
