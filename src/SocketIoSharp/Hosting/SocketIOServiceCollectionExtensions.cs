using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SocketIoSharp;
using SocketIoSharp.EngineIO;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Socket.IO servers to an application.</summary>
public static class SocketIOServiceCollectionExtensions
{
    /// <summary>Adds the application's Socket.IO server; map it with <c>MapSocketIO</c>.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>What adapters and serializers are added to.</returns>
    public static ISocketIOBuilder AddSocketIO(this IServiceCollection services, Action<SocketIOOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        AddCore(services, Options.Options.DefaultName, configure);
        services.TryAddSingleton(static provider => Create(provider, Options.Options.DefaultName));
        services.TryAddSingleton<ISocketIOServer>(static provider => provider.GetRequiredService<SocketIOServer>());
        return new SocketIOBuilder(null, services);
    }

    /// <summary>Adds one of several Socket.IO servers, under a service key.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="serviceKey">The key, also given to <c>MapSocketIO</c> and <c>[FromKeyedServices]</c>.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>What adapters and serializers are added to.</returns>
    public static ISocketIOBuilder AddSocketIO(this IServiceCollection services, string serviceKey, Action<SocketIOOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(serviceKey);
        AddCore(services, serviceKey, configure);
        services.TryAddKeyedSingleton(serviceKey, static (provider, key) => Create(provider, (string)key!));
        services.TryAddKeyedSingleton<ISocketIOServer>(serviceKey, static (provider, key) => provider.GetRequiredKeyedService<SocketIOServer>(key));
        return new SocketIOBuilder(serviceKey, services);
    }

    private static void AddCore(IServiceCollection services, string name, Action<SocketIOOptions>? configure)
    {
        services.AddEngineIOCore<SocketIOOptions>();
        services.TryAddSingleton<SocketIOMetrics>();
        services.TryAddSingleton<SocketIODirectory>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SocketIOShutdown>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SocketIOOptions>, SocketIOOptionsValidator>());
        var options = services.AddOptions<SocketIOOptions>(name).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }
    }

    private static SocketIOServer Create(IServiceProvider provider, string name)
    {
        var server = new SocketIOServer(
            provider.GetRequiredService<EngineIOServerDirectory>().GetOrAdd<SocketIOOptions>(name),
            provider.GetRequiredService<SocketIOMetrics>(),
            provider,
            provider.GetRequiredService<ILoggerFactory>());
        provider.GetRequiredService<SocketIODirectory>().Add(server);
        return server;
    }
}
