using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SocketIoSharp.Transport.Epoll;

/// <summary>Listens for Kestrel on addresses and Unix sockets; the event loops are shared by all of them.</summary>
internal sealed class EpollListenerFactory(
    IOptions<SocketTransportOptions> options,
    IMemoryPoolFactory<byte> memoryPools,
    ILoggerFactory loggers) : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ILogger _logger = loggers.CreateLogger("SocketIoSharp.Transport.Epoll");
    private EventLoop[]? _loops;
    private MemoryPool<byte>? _memoryPool;

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var settings = options.Value;
        Socket socket;
        try
        {
            socket = settings.CreateBoundListenSocket(endpoint);
            socket.Listen(settings.Backlog);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(exception.Message, exception);
        }

        return new(new EpollListener(socket, GetLoops(settings), settings, _memoryPool!, _logger));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var loop in _loops ?? [])
            {
                loop.Dispose();
            }

            _memoryPool?.Dispose();
            _loops = [];
        }
    }

    private EventLoop[] GetLoops(SocketTransportOptions settings)
    {
        lock (_gate)
        {
            _memoryPool ??= memoryPools.Create();
            return _loops ??= [.. Enumerable.Range(0, Math.Max(settings.IOQueueCount, 1)).Select(index => new EventLoop(index, _logger))];
        }
    }
}
