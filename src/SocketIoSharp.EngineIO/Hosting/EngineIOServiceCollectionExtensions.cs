using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SocketIoSharp.EngineIO;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Engine.IO servers to an application.</summary>
public static class EngineIOServiceCollectionExtensions
{
    /// <summary>Adds the application's Engine.IO server; map it with <c>MapEngineIO</c>.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options.</param>
    public static IServiceCollection AddEngineIO(this IServiceCollection services, Action<EngineIOOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        AddOptions(services, Options.Options.DefaultName, configure);
        services.TryAddSingleton<IEngineIOServer>(static provider => provider.GetRequiredService<EngineIOServerDirectory>().GetOrAdd<EngineIOOptions>(Options.Options.DefaultName));
        return services;
    }

    /// <summary>Adds one of several Engine.IO servers, under a service key.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="serviceKey">The key, also given to <c>MapEngineIO</c> and <c>[FromKeyedServices]</c>.</param>
    /// <param name="configure">Changes the options.</param>
    public static IServiceCollection AddEngineIO(this IServiceCollection services, string serviceKey, Action<EngineIOOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(serviceKey);
        AddOptions(services, serviceKey, configure);
        services.TryAddKeyedSingleton<IEngineIOServer>(serviceKey, static (provider, key) => provider.GetRequiredService<EngineIOServerDirectory>().GetOrAdd<EngineIOOptions>((string)key!));
        return services;
    }

    private static void AddOptions(IServiceCollection services, string name, Action<EngineIOOptions>? configure)
    {
        services.AddEngineIOCore<EngineIOOptions>();
        var options = services.AddOptions<EngineIOOptions>(name).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }
    }

    /// <summary>What every storey that builds on the engine needs.</summary>
    internal static void AddEngineIOCore<TOptions>(this IServiceCollection services)
        where TOptions : EngineIOOptions
    {
        services.AddRouting();
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EngineIOClock>();
        services.TryAddSingleton<EngineIOMetrics>();
        services.TryAddSingleton<EngineIOServerDirectory>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EngineIOLifetime>());
        services.TryAddEnumerable(ServiceDescriptor.Transient<AspNetCore.Hosting.IStartupFilter, EngineIOStartupCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<AspNetCore.Routing.MatcherPolicy, EngineIOMatcherPolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, EngineIOOptionsValidator<TOptions>>());
    }
}
