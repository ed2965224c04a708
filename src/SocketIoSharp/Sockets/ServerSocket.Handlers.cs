namespace SocketIoSharp;

/// <summary>Runs the handlers of one event: all of them start, in the order of their registration, and the event is done when they are.</summary>
internal sealed partial class ServerSocket
{
    private static readonly Task<string?> s_succeeded = Task.FromResult<string?>(null);

    /// <summary>The result is what went wrong, for the meters; the task itself never fails.</summary>
    private Task<string?> RunHandlersAsync(ReadOnlySpan<byte> name, ref ArgumentReader arguments)
    {
        var result = s_succeeded;
        foreach (var entry in HandlersOf(name))
        {
            result = CombineAsync(result, RunHandlerAsync(entry, ref arguments));
        }

        return result;
    }

    /// <summary>The handlers of an event: those that many sockets share, then this socket's own.</summary>
    private MatchingHandlers HandlersOf(ReadOnlySpan<byte> name) => new(name, _sharedHandlers, _handlers?.Entries ?? []);

    private Task<string?> RunHandlerAsync(EventHandlerEntry entry, ref ArgumentReader arguments)
    {
        if (entry.Policies is { } policies)
        {
            return RunAuthorizedAsync(entry, policies, arguments.CopyPayload(), arguments.Attachments, arguments.GetAck());
        }

        if (!entry.TryTake())
        {
            return s_succeeded;
        }

        try
        {
            _inbox.SetRunningEvent(entry.EventName);
            var running = entry.RunAsync(ref arguments);
            arguments.Rewind();
            return running.IsCompletedSuccessfully ? s_succeeded : GuardAsync(entry, running);
        }
        catch (Exception exception)
        {
            arguments.Rewind();
            return Task.FromResult<string?>(OnFailed(entry, exception));
        }
    }

    private async Task<string?> RunAuthorizedAsync(EventHandlerEntry entry, IReadOnlyCollection<string> policies, byte[] json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, Ack ack)
    {
        try
        {
            if (await Server.Authorization.CheckAsync(this, policies) != AuthorizationOutcome.Allowed)
            {
                Log.NotAuthorized(Server.Logger, entry.EventName, Id);
                RaiseError(new UnauthorizedAccessException($"The user of socket {Id} may not send \"{entry.EventName}\"."));
                return "unauthorized";
            }

            if (entry.TryTake())
            {
                await StartAsync(entry, json, attachments, ack);
            }

            return null;
        }
        catch (Exception exception)
        {
            return OnFailed(entry, exception);
        }
    }

    private Task StartAsync(EventHandlerEntry entry, byte[] json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, Ack ack)
    {
        _inbox.SetRunningEvent(entry.EventName);
        var arguments = new ArgumentReader(this, json, CreateReader(json), attachments, null, ack);
        return entry.RunAsync(ref arguments);
    }

    private async Task<string?> GuardAsync(EventHandlerEntry entry, Task running)
    {
        try
        {
            await running;
            return null;
        }
        catch (Exception exception)
        {
            return OnFailed(entry, exception);
        }
    }

    /// <summary>A failing handler closes nothing and answers nothing.</summary>
    private string OnFailed(EventHandlerEntry entry, Exception exception)
    {
        if (exception is EventArgumentException)
        {
            Log.ArgumentsDoNotFit(Server.Logger, entry.EventName, Id, exception.Message);
            RaiseError(exception);
            return "invalid_arguments";
        }

        if (HasLeft && exception is OperationCanceledException or SocketDisconnectedException)
        {
            // The client has gone, and the handler has noticed.
            return "disconnected";
        }

        Log.HandlerFailed(Server.Logger, exception, entry.EventName, Id);
        return exception.GetType().FullName ?? exception.GetType().Name;
    }

    private static Task<string?> CombineAsync(Task<string?> first, Task<string?> second)
        => ReferenceEquals(first, s_succeeded) ? second : ReferenceEquals(second, s_succeeded) ? first : BothAsync(first, second);

    private static async Task<string?> BothAsync(Task<string?> first, Task<string?> second) => await first ?? await second;
}
