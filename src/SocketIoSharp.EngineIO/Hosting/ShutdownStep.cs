using Microsoft.Extensions.Hosting;

namespace SocketIoSharp.EngineIO;

/// <summary>Closes something when the application stops, before the host begins to wait for requests, and waits for it only so long.</summary>
internal abstract class ShutdownStep(TimeProvider time, TimeSpan longestWait) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var longest = new CancellationTokenSource(longestWait, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, longest.Token);
        try
        {
            await CloseAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            LogTookTooLong();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected abstract Task CloseAsync(CancellationToken cancellationToken);

    protected abstract void LogTookTooLong();
}
