using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace SocketIoSharp.EngineIO;

/// <summary>
/// A connection below the HTTP layer. When a request has become a WebSocket, the request ends, the HTTP layer goes with all that it
/// holds, and the WebSocket goes on with the connection alone. What the HTTP layer does on its way out reaches the pipes no more.
/// </summary>
internal sealed class LeanConnection : IDuplexPipe, IConnectionHeartbeatFeature
{
    private readonly ConnectionContext _connection;
    private readonly IDuplexPipe _transport;
    private readonly IConnectionHeartbeatFeature? _heartbeat;
    private List<(Action<object> Action, object State)>? _heartbeats;
    private Func<Task>? _continuation;
    private volatile bool _isDetached;

    private LeanConnection(ConnectionContext connection)
    {
        _connection = connection;
        _transport = connection.Transport;
        _heartbeat = connection.Features.Get<IConnectionHeartbeatFeature>();
        Input = new Reader(this, _transport.Input);
        Output = new Writer(this, _transport.Output);
    }

    /// <summary>What the HTTP layer reads from.</summary>
    public PipeReader Input { get; private set; }

    /// <summary>What the HTTP layer writes to.</summary>
    public PipeWriter Output { get; private set; }

    /// <summary>Whether a request has become a WebSocket.</summary>
    public bool IsDetached => _isDetached;

    /// <summary>The connection of a request, where it lies directly below the HTTP layer.</summary>
    public static LeanConnection? Of(HttpContext context)
        => context.Features.Get<LeanConnection>() is { } lean && ReferenceEquals(context.Features.Get<IConnectionTransportFeature>()?.Transport, lean)
            ? lean
            : null;

    /// <summary>Serves a connection: HTTP first, then what a request has left behind.</summary>
    public static Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var lean = new LeanConnection(connection);
        connection.Transport = lean;
        connection.Features.Set(lean);
        if (lean._heartbeat is not null)
        {
            connection.Features.Set<IConnectionHeartbeatFeature>(lean);
        }

        return lean.RunAsync(next(connection));
    }

    /// <summary>From now on the pipes belong to the caller.</summary>
    public IDuplexPipe Detach()
    {
        _isDetached = true;
        return _transport;
    }

    /// <summary>Says what goes on when the HTTP layer has ended.</summary>
    public void ContinueWith(Func<Task> continuation) => _continuation = continuation;

    /// <summary>Cuts the connection off.</summary>
    public void Abort() => _connection.Abort();

    /// <inheritdoc/>
    public void OnHeartbeat(Action<object> action, object state)
    {
        if (_heartbeats is null)
        {
            _heartbeats = [];
            _heartbeat!.OnHeartbeat(static lean => ((LeanConnection)lean).Beat(), this);
        }

        _heartbeats.Add((action, state));
    }

    private async Task RunAsync(Task http)
    {
        try
        {
            await http;
        }
        finally
        {
            // Nothing of the HTTP layer is kept while the WebSocket lives.
            http = Task.CompletedTask;
            Release();
            if (_continuation is { } continuation)
            {
                await continuation();
            }
        }
    }

    private void Release()
    {
        _heartbeats = null;
        _connection.Transport = _transport;
        _connection.Features.Set<LeanConnection>(null);
        if (_heartbeat is not null)
        {
            _connection.Features.Set(_heartbeat);
        }

        Input = _transport.Input;
        Output = _transport.Output;
    }

    private void Beat()
    {
        if (_heartbeats is { } heartbeats)
        {
            foreach (var (action, state) in heartbeats)
            {
                action(state);
            }
        }
    }

    private sealed class Reader(LeanConnection lean, PipeReader inner) : PipeReader
    {
        public override void AdvanceTo(SequencePosition consumed)
        {
            if (!lean._isDetached)
            {
                inner.AdvanceTo(consumed);
            }
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (!lean._isDetached)
            {
                inner.AdvanceTo(consumed, examined);
            }
        }

        public override void CancelPendingRead()
        {
            if (!lean._isDetached)
            {
                inner.CancelPendingRead();
            }
        }

        public override void Complete(Exception? exception = null)
        {
            if (!lean._isDetached)
            {
                inner.Complete(exception);
            }
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
            => lean._isDetached ? new(new ReadResult(default, isCanceled: false, isCompleted: true)) : inner.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result)
        {
            if (!lean._isDetached)
            {
                return inner.TryRead(out result);
            }

            result = new ReadResult(default, isCanceled: false, isCompleted: true);
            return true;
        }
    }

    private sealed class Writer(LeanConnection lean, PipeWriter inner) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => lean._isDetached ? 0 : inner.UnflushedBytes;

        public override void Advance(int bytes)
        {
            if (!lean._isDetached)
            {
                inner.Advance(bytes);
            }
        }

        public override void CancelPendingFlush()
        {
            if (!lean._isDetached)
            {
                inner.CancelPendingFlush();
            }
        }

        public override void Complete(Exception? exception = null)
        {
            if (!lean._isDetached)
            {
                inner.Complete(exception);
            }
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
            => lean._isDetached ? new(new FlushResult(isCanceled: false, isCompleted: true)) : inner.FlushAsync(cancellationToken);

        public override Memory<byte> GetMemory(int sizeHint = 0) => lean._isDetached ? new byte[Math.Max(sizeHint, 1)] : inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => lean._isDetached ? new byte[Math.Max(sizeHint, 1)] : inner.GetSpan(sizeHint);
    }
}
