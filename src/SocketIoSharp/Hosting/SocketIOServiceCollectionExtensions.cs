using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using SocketIoSharp;
using SocketIoSharp.EngineIO;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Socket.IO servers to an application.</summary>
public static class SocketIOServiceCollectionExtensions
{
    /// <summary>Adds the application's Socket.IO server; map it with <c>MapSocketIO</c>.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options.</param>
    public static IServiceCollection AddSocketIO(this IServiceCollection services, Action<SocketIOOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddEngineIOCore<SocketIOOptions>();
        var options = services.AddOptions<SocketIOOptions>()
            .Validate(static options => !options.AllowEIO3, "AllowEIO3 is not supported by AddSocketIO yet; it is by AddEngineIO.")
            .Validate(static options => options.ConnectTimeout > TimeSpan.Zero, "ConnectTimeout must be longer than zero.")
            .ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddSingleton(static provider => new SocketIOServer(
            provider.GetRequiredService<EngineIOServerDirectory>().GetOrAdd<SocketIOOptions>(Options.Options.DefaultName),
            provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton<ISocketIOServer>(static provider => provider.GetRequiredService<SocketIOServer>());
        return services;
    }
}
