using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>One server on one engine: hands sessions to their connections and knows every socket.</summary>
internal sealed partial class SocketIOServer(EngineIOServer engine, ILoggerFactory loggerFactory) : ISocketIOServer, IEngineIOHandler
{
    private readonly Listeners<Func<IServerSocket, Task>> _connectionListeners = new();
    private readonly ConcurrentDictionary<string, ServerSocket> _sockets = new(StringComparer.Ordinal);

    public IEngineIOServer Engine => engine;

    public SocketIOOptions Options { get; } = (SocketIOOptions)engine.Options;

    public EngineIOClock Clock => engine.Clock;

    public ILogger Logger { get; } = loggerFactory.CreateLogger<SocketIOServer>();

    public IDisposable OnConnection(Action<IServerSocket> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnConnection(socket =>
        {
            handler(socket);
            return Task.CompletedTask;
        });
    }

    public IDisposable OnConnection(Func<IServerSocket, Task> handler) => _connectionListeners.Add(handler);

    public Task EmitAsync(string eventName, params ReadOnlySpan<object?> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        if (ReservedEvents.Contains(eventName))
        {
            throw new ArgumentException($"\"{eventName}\" is a reserved event name", nameof(eventName));
        }

        // Encoded once, framed once: every recipient shares the bytes.
        var packet = new ArrayBufferWriter<byte>();
        PacketEncoder.WriteEvent(packet, eventName, arguments, Options.JsonSerializerOptions);
        var message = EncodedMessage.Create(packet.WrittenMemory);
        foreach (var (_, socket) in _sockets)
        {
            socket.TrySend(message);
        }

        return Task.CompletedTask;
    }

    public void Add(ServerSocket socket) => _sockets[socket.Id] = socket;

    public void Remove(ServerSocket socket) => _sockets.TryRemove(socket.Id, out _);

    public async Task RaiseConnectionAsync(ServerSocket socket)
    {
        foreach (var listener in _connectionListeners.All)
        {
            try
            {
                await listener(socket);
            }
            catch (Exception exception)
            {
                Log.ConnectionHandlerFailed(Logger, exception, socket.Id);
            }
        }
    }

    Task IEngineIOHandler.OnOpenAsync(IEngineIOSession session)
    {
        var connection = new ClientConnection(this, session);
        session.UserState = connection;
        Clock.Schedule(connection, Options.ConnectTimeout, engine.ShortestInterval);
        return Task.CompletedTask;
    }

    Task IEngineIOHandler.OnMessageAsync(IEngineIOSession session, EngineIOMessage message)
        => ((ClientConnection)session.UserState!).OnMessageAsync(message);

    Task IEngineIOHandler.OnCloseAsync(IEngineIOSession session, SessionClose close)
    {
        ((ClientConnection)session.UserState!).OnClosed(close);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The connection handler of socket {SocketId} failed.", EventName = nameof(ConnectionHandlerFailed))]
        public static partial void ConnectionHandlerFailed(ILogger logger, Exception exception, string socketId);
    }
}
