using Microsoft.Extensions.Diagnostics.HealthChecks;
using SocketIoSharp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Shows in health checks whether Socket.IO servers reach Redis.</summary>
public static class RedisHealthChecksBuilderExtensions
{
    /// <summary>Adds a check that the server registered by <c>AddSocketIO</c> reaches Redis; it is degraded when not, because its clients are served all the same.</summary>
    /// <param name="builder">What <c>AddHealthChecks</c> returned.</param>
    public static IHealthChecksBuilder AddSocketIORedis(this IHealthChecksBuilder builder) => Add(builder, "socketio-redis", Options.Options.DefaultName);

    /// <summary>Adds a check that a server registered under a key reaches Redis.</summary>
    /// <param name="builder">What <c>AddHealthChecks</c> returned.</param>
    /// <param name="serviceKey">The key of <c>AddSocketIO</c>.</param>
    public static IHealthChecksBuilder AddSocketIORedis(this IHealthChecksBuilder builder, string serviceKey) => Add(builder, $"socketio-redis-{serviceKey}", serviceKey);

    private static IHealthChecksBuilder Add(IHealthChecksBuilder builder, string name, string key)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, services => new RedisHealthCheck(services, key), HealthStatus.Degraded, tags: ["ready"]));
    }
}
