using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace SocketIoSharp.Transport.Epoll;

/// <summary>
/// A thread that waits for the events of many sockets. Each socket is registered once, for all events, and they are reported when they
/// arise: waiting again costs no call.
/// </summary>
internal sealed partial class EventLoop : IDisposable
{
    private const int MostEvents = 256;
    private const EpollEvents All =
        EpollEvents.Readable | EpollEvents.Writable | EpollEvents.PeerEnded | EpollEvents.EdgeTriggered;

    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<SocketReader> _posted = new();
    private readonly Stack<int> _free = new();
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly int _epoll;
    private readonly int _wake;

    // Numbers of connections: the index here, and behind it a count, so that a late event of an earlier connection finds nobody.
    private EpollConnection?[] _connections = new EpollConnection?[64];
    private int _used = 1;
    private uint _count;
    private volatile bool _isStopping;

    public EventLoop(int index, ILogger logger)
    {
        _logger = logger;
        _epoll = Check(Libc.CreateEpoll());
        _wake = Check(Libc.CreateEventDescriptor());
        Check(Libc.Watch(_epoll, _wake, EpollEvents.Readable, 0));
        _thread = new Thread(Run) { IsBackground = true, Name = $"epoll {index}" };
        _thread.UnsafeStart();
    }

    public void Add(EpollConnection connection, int descriptor)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out var index))
            {
                index = _used++;
                if (index == _connections.Length)
                {
                    // The loop may be looking something up in the old one, which stays as it is.
                    var larger = new EpollConnection?[index * 2];
                    _connections.CopyTo(larger, 0);
                    Volatile.Write(ref _connections, larger);
                }
            }

            connection.Number = ((ulong)++_count << 32) | (uint)index;
            Volatile.Write(ref _connections[index], connection);
        }

        var result = Libc.Watch(_epoll, descriptor, All, connection.Number);
        if (result < 0)
        {
            Remove(connection);
            throw Failure(result);
        }
    }

    public void Remove(EpollConnection connection)
    {
        lock (_gate)
        {
            var index = (int)(uint)connection.Number;
            if (index != 0)
            {
                connection.Number = 0;
                Volatile.Write(ref _connections[index], null);
                _free.Push(index);
            }
        }
    }

    /// <summary>Lets a reader go on after others have had their turn.</summary>
    public void Post(SocketReader reader)
    {
        _posted.Enqueue(reader);
        if (Thread.CurrentThread != _thread)
        {
            Libc.Raise(_wake);
        }
    }

    /// <summary>Something that was told of an event has failed.</summary>
    public void LogFailure(Exception exception) => Log.ContinuationFailed(_logger, exception);

    /// <summary>Ends the thread. Connections that are left hear nothing any more.</summary>
    public void Dispose()
    {
        if (_isStopping)
        {
            return;
        }

        _isStopping = true;
        Libc.Raise(_wake);
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        Libc.Close(_epoll);
        Libc.Close(_wake);
    }

    private unsafe void Run()
    {
        var events = (byte*)NativeMemory.Alloc(MostEvents, (nuint)Libc.EventSize);
        try
        {
            while (!_isStopping)
            {
                var count = Libc.Wait(_epoll, events, MostEvents, _posted.IsEmpty ? -1 : 0);
                if (count < 0 && count != -Libc.Interrupted)
                {
                    throw Failure(count);
                }

                for (var i = 0; i < count; i++)
                {
                    var entry = events + (i * Libc.EventSize);
                    Report(*(EpollEvents*)entry, *(ulong*)(entry + Libc.EventDataOffset));
                }

                RunPosted();
            }
        }
        finally
        {
            NativeMemory.Free(events);
        }
    }

    private void Report(EpollEvents events, ulong number)
    {
        if (number == 0)
        {
            Libc.Lower(_wake);
            return;
        }

        var connections = Volatile.Read(ref _connections);
        if (Volatile.Read(ref connections[(int)(uint)number]) is not { } connection || connection.Number != number)
        {
            return;
        }

        try
        {
            connection.OnEvents(events);
        }
        catch (Exception exception)
        {
            // What goes on here is the application's, and nobody else would catch it.
            LogFailure(exception);
        }
    }

    private void RunPosted()
    {
        for (var left = _posted.Count; left > 0 && _posted.TryDequeue(out var reader); left--)
        {
            try
            {
                reader.Execute();
            }
            catch (Exception exception)
            {
                LogFailure(exception);
            }
        }
    }

    private static int Check(int result) => result >= 0 ? result : throw Failure(result);

    private static IOException Failure(int result) => new("Waiting for sockets failed.", new Win32Exception(-result));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "What went on after an event of a socket failed.", EventName = nameof(ContinuationFailed))]
        public static partial void ContinuationFailed(ILogger logger, Exception exception);
    }
}
