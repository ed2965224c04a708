using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace SocketIoSharp;

/// <summary>Creates handler instances, each in a scope of services that ends with its call.</summary>
internal sealed class HandlerActivator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>
    where THandler : SocketHandler
{
    private readonly ObjectFactory<THandler> _create = ActivatorUtilities.CreateFactory<THandler>([]);

    /// <summary>The task is complete when the call is done and its scope has ended; a failed call ends its scope too.</summary>
    public async Task RunAsync(ServerSocket socket, Func<THandler, Task> call)
    {
        await using var scope = socket.Server.Services.CreateAsyncScope();
        var instance = _create(scope.ServiceProvider, []);
        try
        {
            instance.Socket = socket;
            await call(instance);
        }
        finally
        {
            // The scope does not know the instance, only what it was created with.
            await DisposeAsync(instance);
        }
    }

    private static ValueTask DisposeAsync(THandler instance)
    {
        switch (instance)
        {
            case IAsyncDisposable asynchronous:
                return asynchronous.DisposeAsync();
            case IDisposable disposable:
                disposable.Dispose();
                return ValueTask.CompletedTask;
            default:
                return ValueTask.CompletedTask;
        }
    }
}
