using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>One client in the main namespace. Events arrive in order from the connection's read loop; emits come from any thread.</summary>
internal sealed partial class ServerSocket(SocketIOServer server, ClientConnection connection) : IServerSocket
{
    private readonly Listeners<Action<string>> _disconnectListeners = new();
    private int _isDisconnected;

    public string Id { get; } = SessionId.Create();

    public bool Connected => Volatile.Read(ref _isDisconnected) == 0;

    public EventHandlerTable Handlers { get; } = new();

    public Task EmitAsync(string eventName, params ReadOnlySpan<object?> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        if (ReservedEvents.Contains(eventName))
        {
            throw new ArgumentException($"\"{eventName}\" is a reserved event name", nameof(eventName));
        }

        var packet = new ArrayBufferWriter<byte>();
        PacketEncoder.WriteEvent(packet, eventName, arguments, server.Options.JsonSerializerOptions);
        if (Connected)
        {
            connection.Session.TrySendText(packet.WrittenSpan);
        }

        return Task.CompletedTask;
    }

    public void TrySend(EncodedMessage message) => connection.Session.TrySend(message);

    public IDisposable OnDisconnect(Action<string> handler) => _disconnectListeners.Add(handler);

    public void Disconnect(bool closeConnection = false)
    {
        if (Connected)
        {
            connection.Session.TrySendText("1"u8);
            connection.Leave(this, "server namespace disconnect");
        }

        if (closeConnection)
        {
            connection.Session.Close();
        }
    }

    /// <summary>The client has sent an event; false when it is not one, and the connection must be closed.</summary>
    public bool TryHandle(in SocketIOPacket packet, out Task handling)
    {
        handling = Task.CompletedTask;
        if (!EventPayload.TryRead(packet.Json.Span, server.Options.JsonSerializerOptions, out var eventName, out var payload))
        {
            return false;
        }

        foreach (var handler in Handlers.Find(eventName))
        {
            var arguments = payload;
            try
            {
                var answering = AnswerAsync(handler(ref arguments), eventName, packet.Id);
                handling = handling.IsCompletedSuccessfully ? answering : Task.WhenAll(handling, answering);
            }
            catch (JsonException exception)
            {
                Log.ArgumentsDoNotFit(server.Logger, exception, eventName);
            }
            catch (Exception exception)
            {
                Log.HandlerFailed(server.Logger, exception, eventName);
            }
        }

        return true;
    }

    /// <summary>The socket has left its namespace.</summary>
    public void OnLeft(string reason)
    {
        if (Interlocked.Exchange(ref _isDisconnected, 1) != 0)
        {
            return;
        }

        foreach (var listener in _disconnectListeners.All)
        {
            try
            {
                listener(reason);
            }
            catch (Exception exception)
            {
                Log.HandlerFailed(server.Logger, exception, "disconnect");
            }
        }
    }

    private async Task AnswerAsync(Task<object?[]?> handling, string eventName, long? id)
    {
        try
        {
            if (await handling is { } answer && id is { } ackId && Connected)
            {
                var packet = new ArrayBufferWriter<byte>();
                PacketEncoder.WriteAck(packet, ackId, answer, server.Options.JsonSerializerOptions);
                connection.Session.TrySendText(packet.WrittenSpan);
            }
        }
        catch (Exception exception)
        {
            Log.HandlerFailed(server.Logger, exception, eventName);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The handler of event {EventName} failed.", EventName = nameof(HandlerFailed))]
        public static partial void HandlerFailed(ILogger logger, Exception exception, string eventName);

        [LoggerMessage(2, LogLevel.Debug, "The arguments of event {EventName} do not fit its handler.", EventName = nameof(ArgumentsDoNotFit))]
        public static partial void ArgumentsDoNotFit(ILogger logger, Exception exception, string eventName);
    }
}
