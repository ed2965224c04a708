using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SocketIoSharp;

/// <summary>Healthy when commands go through and all subscriptions are in place; degraded otherwise, for clients of this server are served all the same.</summary>
internal sealed class RedisHealthCheck(IServiceProvider services, string key) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var resources = services.GetKeyedService<RedisResources>(key) ?? throw new InvalidOperationException(
            "The health check of Redis belongs to a server without a Redis adapter: call AddSocketIO(...).AddRedisAdapter(...), or another adapter's method, first.");
        var state = resources.Link.Bus.State;
        return Task.FromResult(state.IsUp
            ? HealthCheckResult.Healthy("Redis is there, and all subscriptions are in place.")
            : new HealthCheckResult(
                context.Registration.FailureStatus,
                $"Redis has been away for {state.DownFor.TotalSeconds:F0} s: events reach the clients of this server only."));
    }
}
