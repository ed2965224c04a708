using System.Diagnostics.CodeAnalysis;

namespace SocketIoSharp;

/// <summary>That a connection is lost, and why; whoever waits for its answers stops waiting. May be set from any thread, never blocks it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no parent: there is nothing to dispose of.")]
internal sealed class RedisConnectionLoss
{
    private readonly CancellationTokenSource _source = new();
    private readonly IRedisDriver _driver;
    private string? _reason;

    public CancellationToken Token => _source.Token;

    public bool IsSet => Volatile.Read(ref _reason) is not null;

    public string Reason => Volatile.Read(ref _reason) ?? "unknown";

    /// <summary>Runs at once on the thread that notices the loss.</summary>
    public Action? OnSet { get; set; }

    /// <summary>Complete when it is lost.</summary>
    public Task WhenSet { get; }

    public RedisConnectionLoss(IRedisDriver driver)
    {
        _driver = driver;
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _source.Token.Register(() => lost.TrySetResult());
        WhenSet = lost.Task;
    }

    /// <summary>The first reason is the one that stays.</summary>
    public void Set(string reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            OnSet?.Invoke();

            // Not on this thread, which is the library's: many publishers may be waiting.
            _ = _source.CancelAsync();
        }
    }

    /// <summary>Waits for an answer, but not longer than the connection lasts, nor than a time.</summary>
    /// <exception cref="TimeoutException">The time is over.</exception>
    public async Task WaitAsync(Task task, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var either = cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(Token, cancellationToken) : null;
        try
        {
            await task.WaitAsync(timeout, time, either?.Token ?? Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception exception) when (IsReasonOf(exception))
        {
            throw Explain(exception);
        }
        finally
        {
            Observe(task);
        }
    }

    /// <inheritdoc cref="WaitAsync(Task, TimeSpan, TimeProvider, CancellationToken)"/>
    public async Task<T> WaitAsync<T>(Task<T> task, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        await WaitAsync((Task)task, timeout, time, cancellationToken);
        return await task;
    }

    /// <summary>Whether a wait for an answer has ended by the loss, or the library says what <see cref="Explain"/> can translate.</summary>
    public bool IsReasonOf(Exception exception) => (exception is OperationCanceledException && IsSet) || _driver.Translate(exception) is not null;

    /// <summary>What to say to whoever has waited for an answer.</summary>
    public Exception Explain(Exception exception)
    {
        if (exception is OperationCanceledException && IsSet)
        {
            return new RedisUnavailableException($"The connection to Redis was lost: {Reason}.", exception);
        }

        var translated = _driver.Translate(exception)!;
        if (translated is RedisUnavailableException)
        {
            Set(translated.Message);
        }

        return translated;
    }

    /// <summary>Nobody waits for it any more; its failure is no news.</summary>
    public static void Observe(Task? task)
    {
        if (task is { IsCompletedSuccessfully: false })
        {
            _ = task.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
