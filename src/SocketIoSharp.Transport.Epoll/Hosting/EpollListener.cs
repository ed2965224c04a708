using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace SocketIoSharp.Transport.Epoll;

/// <summary>Accepts connections and deals them out to the event loops.</summary>
internal sealed partial class EpollListener(Socket socket, EventLoop[] loops, SocketTransportOptions options, MemoryPool<byte> memoryPool, ILogger logger) : IConnectionListener
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private uint _accepted;
    private bool _isStuck;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var connection = Take(await socket.AcceptAsync(cancellationToken));
                _isStuck = false;
                return connection;
            }
            catch (ObjectDisposedException)
            {
                // It has been unbound.
                return null;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // This client has gone already.
            }
            catch (SocketException exception)
            {
                // Trying again at once would only burn time: files or memory of the system have to become free first.
                if (!_isStuck)
                {
                    _isStuck = true;
                    Log.CannotAccept(logger, exception);
                }

                await Task.Delay(s_pause, TimeProvider.System, cancellationToken);
            }
            catch (IOException exception)
            {
                Log.NotAccepted(logger, exception);
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return default;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    /// <summary>The connection has a descriptor of its own: the framework's socket was only needed for accepting.</summary>
    private EpollConnection Take(Socket accepted)
    {
        using (accepted)
        {
            if (accepted.ProtocolType == ProtocolType.Tcp)
            {
                accepted.NoDelay = options.NoDelay;
            }

            var local = accepted.LocalEndPoint;
            var remote = accepted.RemoteEndPoint;
            var descriptor = Libc.Duplicate((int)accepted.SafeHandle.DangerousGetHandle());
            if (descriptor < 0)
            {
                throw new SocketException((int)SocketError.TooManyOpenSockets);
            }

            var loop = loops[_accepted++ % (uint)loops.Length];
            var connection = new EpollConnection(descriptor, loop, options.UnsafePreferInlineScheduling, memoryPool, local, remote);
            try
            {
                connection.Start();
                return connection;
            }
            catch (IOException)
            {
                connection.Abort();
                throw;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "No further connection can be accepted for now; it is tried again ten times a second. Where too many files are open, raise the limit of the process (ulimit -n, LimitNOFILE).", EventName = nameof(CannotAccept))]
        public static partial void CannotAccept(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Error, "A connection was closed at once, because the system cannot watch its socket.", EventName = nameof(NotAccepted))]
        public static partial void NotAccepted(ILogger logger, Exception exception);
    }
}
