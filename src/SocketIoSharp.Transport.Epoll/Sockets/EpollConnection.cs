using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace SocketIoSharp.Transport.Epoll;

/// <summary>
/// A connection and its socket. One lock guards both directions and the life of the descriptor: it is held for single calls of the
/// operating system that never wait, and not while anybody's code goes on.
/// </summary>
internal sealed partial class EpollConnection : ConnectionContext, IDuplexPipe
{
    private readonly SocketReader _reader;
    private readonly SocketWriter _writer;
    private readonly CancellationTokenSource _closed = new();
    private IDictionary<object, object?>? _items;
    private string? _id;
    private int _descriptor;
    private bool _hasToldEnd;

    public EpollConnection(int descriptor, EventLoop loop, bool runsInline, MemoryPool<byte> memoryPool, EndPoint? local, EndPoint? remote)
    {
        _descriptor = descriptor;
        _reader = new SocketReader(this);
        _writer = new SocketWriter(this);
        Loop = loop;
        RunsInline = runsInline;
        MemoryPool = memoryPool;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        ConnectionClosed = _closed.Token;
        Transport = this;
    }

    public Lock Gate { get; } = new();

    public EventLoop Loop { get; }

    /// <summary>Whether what waits for the socket goes on on the thread of the event loop.</summary>
    public bool RunsInline { get; }

    /// <summary>What the event loop knows the connection by.</summary>
    public ulong Number { get; set; }

    public PipeReader Input => _reader;

    public PipeWriter Output => _writer;

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId
    {
        get => _id ??= ConnectionIds.Next();
        set => _id = value;
    }

    public override IFeatureCollection Features => this;

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    /// <summary>From now on the event loop reports what happens to the socket.</summary>
    public void Start() => Loop.Add(this, _descriptor);

    public void OnEvents(EpollEvents events)
    {
        const EpollEvents Ends = EpollEvents.PeerEnded | EpollEvents.HungUp | EpollEvents.Failed;
        if ((events & (EpollEvents.Writable | EpollEvents.HungUp | EpollEvents.Failed)) != EpollEvents.None)
        {
            _writer.OnWritable();
        }

        if ((events & (EpollEvents.Readable | Ends)) != EpollEvents.None)
        {
            _reader.OnReadable(isHangingUp: (events & Ends) != EpollEvents.None);
        }
    }

    public int Receive(Span<byte> buffer) => _descriptor < 0 ? 0 : Libc.Receive(_descriptor, buffer);

    public int Send(ReadOnlySpan<byte> data, int flags) => _descriptor < 0 ? -1 : Libc.Send(_descriptor, data, flags);

    /// <summary>Nothing more comes from the peer: tells whoever works for it, on the pool.</summary>
    public void OnPeerEnded()
    {
        lock (Gate)
        {
            if (_hasToldEnd)
            {
                return;
            }

            _hasToldEnd = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.TellEnd(), this, preferLocal: false);
    }

    /// <summary>Ends the connection at once. The server gives no reason where the peer has ended it.</summary>
    public override void Abort(ConnectionAbortedException? abortReason)
    {
        lock (Gate)
        {
            if (_descriptor >= 0)
            {
                Libc.ResetWhenClosed(_descriptor);
                Close();
            }

            _reader.Abort(abortReason);
            _writer.Abort();
        }

        OnPeerEnded();
    }

    public override async ValueTask DisposeAsync()
    {
        await _reader.CompleteAsync();
        await _writer.CompleteAsync();
        await _writer.WhenAllSentAsync();
        lock (Gate)
        {
            if (_descriptor >= 0)
            {
                Libc.Shutdown(_descriptor);
                Close();
            }
        }

        OnPeerEnded();
        await base.DisposeAsync();
    }

    private void Close()
    {
        Loop.Remove(this);
        Libc.Close(_descriptor);
        _descriptor = -1;
    }

    private void TellEnd()
    {
        try
        {
            _closed.Cancel();
        }
        catch (Exception exception)
        {
            // On the pool nobody else would catch what those who were told do.
            Loop.LogFailure(exception);
        }
    }
}
