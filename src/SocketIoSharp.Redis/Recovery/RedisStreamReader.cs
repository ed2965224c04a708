using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>
/// Reads one stream for all namespaces of a server that are in it, on a connection of its own, from the moment at which the
/// server has started. Nothing is skipped while Redis is away: reading goes on where it has ended.
/// </summary>
internal sealed partial class RedisStreamReader : IAsyncDisposable
{
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly IRedisBus _bus;
    private readonly IRedisReader _reader;
    private readonly string _stream;
    private readonly int _count;
    private readonly long _blockMilliseconds;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, Action<StreamEntry>> _consumers = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private readonly Listeners<Action> _advanceListeners = new();
    private readonly Lock _gate = new();
    private StreamId _position;
    private Task? _reading;

    public RedisStreamReader(RedisLink link, string stream, RedisStreamsAdapterOptions options, TimeProvider time, ILogger logger)
    {
        _bus = link.Bus;
        _reader = link.Bus.CreateReader();
        _stream = stream;
        _count = options.ReadCount;
        var block = options.BlockTime < _reader.LongestBlock ? options.BlockTime : _reader.LongestBlock;
        _blockMilliseconds = Math.Max(1, (long)block.TotalMilliseconds);
        _time = time;
        _logger = logger;
    }

    /// <summary>Complete when the place is known from which on everything is read.</summary>
    public Task Started => _started.Task;

    /// <summary>How far the stream has been read and handed on.</summary>
    public StreamId Position
    {
        get
        {
            lock (_gate)
            {
                return _position;
            }
        }
    }

    /// <summary>Runs after entries have been handed on.</summary>
    public IDisposable OnAdvanced(Action listener) => _advanceListeners.Add(listener);

    /// <summary>Hands on the entries of a namespace, one after the other.</summary>
    public void Add(string namespaceName, Action<StreamEntry> consumer)
    {
        _consumers[namespaceName] = consumer;
        lock (_gate)
        {
            _reading ??= ReadAsync();
        }
    }

    /// <summary>Ends that. A namespace that was removed and created again has another consumer by then, which stays.</summary>
    public void Remove(string namespaceName, Action<StreamEntry> consumer)
        => _consumers.TryRemove(new KeyValuePair<string, Action<StreamEntry>>(namespaceName, consumer));

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _reader.DisposeAsync();
        if (_reading is { } reading)
        {
            await reading;
        }

        _closing.Dispose();
    }

    private async Task ReadAsync()
    {
        await PoolTurnAsync();
        string? lastFailure = null;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await _bus.State.WhenUpAsync(_closing.Token);
                if (!_started.Task.IsCompleted)
                {
                    await FindStartAsync();
                    _started.TrySetResult();
                }

                var reply = await _reader.ExecuteAsync(
                    "XREAD",
                    new RedisArgument[] { "COUNT", _count, "BLOCK", _blockMilliseconds, "STREAMS", _stream, Position.ToString() },
                    _closing.Token);
                lastFailure = null;
                Dispatch(StreamEntry.ReadOnly(reply));
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (_closing.IsCancellationRequested)
                {
                    return;
                }

                // Ten attempts a second are not news: the first failure is, and each that has another reason.
                if (_bus.State.IsUp && exception.Message != lastFailure)
                {
                    lastFailure = exception.Message;
                    Log.ReadFailed(_logger, exception, _stream);
                }

                await PauseAsync();
            }
        }
    }

    /// <summary>From the newest entry on: asking Redis for "whatever comes from now on" would miss what comes between two questions.</summary>
    private async Task FindStartAsync()
    {
        var newest = StreamEntry.ReadAll(await _bus.ExecuteAsync("XREVRANGE", new RedisArgument[] { _stream, "+", "-", "COUNT", 1 }, _closing.Token));
        if (newest.Count > 0)
        {
            Advance(newest[0].Id);
        }
    }

    private void Dispatch(List<StreamEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        // What several entries in a row send to one client leaves together.
        var batch = entries.Count > 1 ? FlushBatch.Begin() : null;
        try
        {
            foreach (var entry in entries)
            {
                Dispatch(entry);
                Advance(entry.Id);
            }

            foreach (var listener in _advanceListeners.All)
            {
                listener();
            }
        }
        finally
        {
            batch?.End();
        }
    }

    private void Dispatch(StreamEntry entry)
    {
        if (StreamWire.ReadNamespace(entry.Fields) is not { } name || !_consumers.TryGetValue(name, out var consumer))
        {
            return;
        }

        try
        {
            consumer(entry);
        }
        catch (Exception exception)
        {
            Log.EntryFailed(_logger, exception, entry.Id.ToString(), _stream);
        }
    }

    private void Advance(StreamId id)
    {
        lock (_gate)
        {
            _position = id;
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(s_pauseAfterFailure, _time, _closing.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader closes.
        }
    }

    private static async Task PoolTurnAsync() => await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Reading the stream {Stream} failed; it is tried again, and nothing is skipped.", EventName = nameof(ReadFailed))]
        public static partial void ReadFailed(ILogger logger, Exception exception, string stream);

        [LoggerMessage(2, LogLevel.Error, "The entry {Id} of the stream {Stream} could not be worked on and was passed over.", EventName = nameof(EntryFailed))]
        public static partial void EntryFailed(ILogger logger, Exception exception, string id, string stream);
    }
}
