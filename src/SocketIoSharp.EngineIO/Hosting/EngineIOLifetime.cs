using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SocketIoSharp.EngineIO;

/// <summary>Ends the sessions of the mapped servers when the application stops: before the host begins to wait for their requests.</summary>
internal sealed partial class EngineIOLifetime(EngineIOServerDirectory directory, IServiceProvider services, ILogger<EngineIOLifetime> logger) : IHostedLifecycleService
{
    // Clients that do not answer the goodbye are cut off after a second; this leaves room for that.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(3);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var time = services.GetRequiredService<TimeProvider>();
        using var longest = new CancellationTokenSource(s_longestWait, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, longest.Token);
        try
        {
            await Task.WhenAll(directory.Mapped.Select(mapped => mapped.Server.CloseAsync(both.Token)));
        }
        catch (OperationCanceledException)
        {
            Log.ShutdownTookTooLong(logger);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Some requests were still being answered when the application stopped waiting for them.", EventName = nameof(ShutdownTookTooLong))]
        public static partial void ShutdownTookTooLong(ILogger logger);
    }
}
