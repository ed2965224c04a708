namespace SocketIoSharp;

/// <summary>
/// A connection for commands that wait in Redis, made when it is needed and thrown away when anything is wrong with it, or when
/// nobody waits for its answer any more: a command that still waits in Redis would hold up the next one. One caller at a time.
/// </summary>
internal sealed class SupervisedRedisReader(IRedisDriver driver, TimeProvider time) : IRedisReader
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_answerMargin = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _turn = new(1);
    private IRedisLink? _link;
    private RedisConnectionLoss? _loss;
    private long _failedAt;
    private bool _hasFailed;

    public TimeSpan LongestBlock => driver.LongestBlock;

    public async Task<RedisReply> ExecuteAsync(string command, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        try
        {
            return await ExecuteInTurnAsync(command, arguments, either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RedisUnavailableException("The reader was closed.", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _turn.WaitAsync();
        try
        {
            await CloseAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<RedisReply> ExecuteInTurnAsync(string command, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await ExecuteOnceAsync(command, arguments, cancellationToken);
        }
        catch (RedisCommandException)
        {
            throw;
        }
        catch
        {
            _hasFailed = true;
            _failedAt = time.GetTimestamp();
            await CloseAsync();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<RedisReply> ExecuteOnceAsync(string command, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        if (_loss is { IsSet: true })
        {
            await CloseAsync();
        }

        if (_link is null)
        {
            await ConnectAsync(cancellationToken);
        }

        try
        {
            return await _loss!.WaitAsync(_link!.ExecuteAsync(command, arguments), LongestBlock + s_answerMargin, time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new RedisUnavailableException("Redis did not answer to a command that waits there for a time.", exception);
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        // Whoever tries again at once does not keep the processor busy with that.
        if (_hasFailed && s_pause - time.GetElapsedTime(_failedAt) is { } rest && rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, time, cancellationToken);
        }

        var loss = new RedisConnectionLoss(driver);
        try
        {
            _link = await driver.ConnectReaderAsync(loss.Set, cancellationToken);
        }
        catch (Exception exception) when (driver.Translate(exception) is not null)
        {
            throw driver.Translate(exception)!;
        }

        _loss = loss;
        _hasFailed = false;
    }

    private async Task CloseAsync()
    {
        var link = _link;
        _link = null;
        _loss?.Set("closed");
        _loss = null;
        if (link is null)
        {
            return;
        }

        try
        {
            await link.DisposeAsync();
        }
        catch (Exception exception) when (driver.Translate(exception) is not null)
        {
            // It was given up anyway.
        }
    }
}
