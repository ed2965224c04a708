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

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                return Take(await socket.AcceptAsync(cancellationToken));
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
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TooManyOpenSockets)
            {
                // Trying again at once would only burn time: others have to close first.
                Log.TooManyFiles(logger);
                await Task.Delay(s_pause, TimeProvider.System, cancellationToken);
            }
            catch (SocketException)
            {
                // This client has gone already.
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
        [LoggerMessage(2, LogLevel.Warning, "No further connection can be accepted: the process has no file descriptor left. Raise its limit of open files (ulimit -n, LimitNOFILE).", EventName = nameof(TooManyFiles))]
        public static partial void TooManyFiles(ILogger logger);

        [LoggerMessage(3, LogLevel.Error, "A connection was closed at once, because the system cannot watch its socket.", EventName = nameof(NotAccepted))]
        public static partial void NotAccepted(ILogger logger, Exception exception);
    }
}
