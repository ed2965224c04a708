using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp;

/// <summary>Received events: catch-all listeners, middlewares, handlers. Called by the inbox, one event after the other.</summary>
internal sealed partial class ServerSocket
{
    private Listeners<Func<SocketEvent, Task>>? _anyListeners;
    private Listeners<Func<SocketEvent, Func<Task>, Task>>? _middlewares;
    private Listeners<Func<DisconnectReason, IReadOnlySet<string>, Task>>? _disconnectingListeners;
    private Listeners<Func<DisconnectReason, Task>>? _disconnectListeners;
    private Listeners<Action<Exception>>? _errorListeners;
    private EventHandlerTable? _handlers;
    private ImmutableArray<EventHandlerEntry> _sharedHandlers = [];

    /// <summary>The handlers of this socket.</summary>
    public EventHandlerTable Handlers => _handlers ?? Interlocked.CompareExchange(ref _handlers, new EventHandlerTable(Server.Authorization), null) ?? _handlers;

    public IReadOnlyCollection<string> EventNames
        => AllHandlers().Select(static entry => entry.EventName).Distinct(StringComparer.Ordinal).ToArray();

    /// <summary>Adds handlers that many sockets share.</summary>
    public void AddSharedHandlers(ImmutableArray<EventHandlerEntry> entries)
        => ImmutableInterlocked.Update(ref _sharedHandlers, static (all, added) => all.AddRange(added), entries);

    public void RemoveAllHandlers(string? eventName = null)
    {
        _handlers?.RemoveAll(eventName);
        ImmutableInterlocked.Update(
            ref _sharedHandlers,
            static (all, name) => name is null ? [] : all.RemoveAll(entry => string.Equals(entry.EventName, name, StringComparison.Ordinal)),
            eventName);
    }

    public IDisposable Use(Func<SocketEvent, Func<Task>, Task> middleware) => ListenerFields.Ensure(ref _middlewares).Add(middleware);

    public IDisposable OnAny(Action<SocketEvent> listener, bool prepend = false)
    {
        ArgumentNullException.ThrowIfNull(listener);
        return OnAny(
            socketEvent =>
            {
                listener(socketEvent);
                return Task.CompletedTask;
            },
            prepend);
    }

    public IDisposable OnAny(Func<SocketEvent, Task> listener, bool prepend = false) => ListenerFields.Ensure(ref _anyListeners).Add(listener, prepend);

    public IDisposable OnDisconnecting(Func<DisconnectReason, IReadOnlySet<string>, Task> handler)
        => ListenerFields.Ensure(ref _disconnectingListeners).Add(handler);

    public IDisposable OnDisconnect(Action<DisconnectReason> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnDisconnect(reason =>
        {
            handler(reason);
            return Task.CompletedTask;
        });
    }

    public IDisposable OnDisconnect(Func<DisconnectReason, Task> handler) => ListenerFields.Ensure(ref _disconnectListeners).Add(handler);

    public IDisposable OnError(Action<Exception> handler) => ListenerFields.Ensure(ref _errorListeners).Add(handler);

    /// <summary>The client has sent an event.</summary>
    public void OnEvent(in SocketIOPacket packet) => _inbox.Deliver(packet);

    /// <summary>Runs everything that belongs to one event. What its handlers throw is caught, and the bytes are not used once this has returned.</summary>
    public Task RunEventAsync(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, long? ackId)
    {
        if (json.IsEmpty || _isThrownOut != 0)
        {
            // An event without a payload has no name, and nobody can listen to it. One that came while the server disconnected
            // the client does not run any more.
            return Task.CompletedTask;
        }

        if (_anyListeners is { All.IsEmpty: false } || _middlewares is { All.IsEmpty: false })
        {
            return RunObservedAsync(json.ToArray(), attachments, new Ack(this, ackId, isSent: false));
        }

        return RunNamedAsync(json.Span, attachments, ackId, null);
    }

    /// <summary>Tells the application what went wrong with this client.</summary>
    public void RaiseError(Exception error)
    {
        foreach (var listener in _errorListeners?.All ?? [])
        {
            try
            {
                listener(error);
            }
            catch (Exception exception)
            {
                Log.ListenerFailed(Server.Logger, exception, nameof(OnError), Id);
            }
        }
    }

    private static Utf8JsonReader CreateReader(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        reader.Read();
        return reader;
    }

    private IEnumerable<EventHandlerEntry> AllHandlers() => [.. _sharedHandlers, .. _handlers?.Entries ?? []];

    /// <summary>Catch-all listeners come first, then the middlewares, then the handlers.</summary>
    private async Task RunObservedAsync(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, Ack ack)
    {
        var all = EventArguments.Split(json, attachments, Serializer);
        var socketEvent = new SocketEvent(this, all[0].ReadName(), all.Skip(1), ack.IsExpected);
        _inbox.SetRunningEvent(socketEvent.Name);
        foreach (var listener in _anyListeners?.All ?? [])
        {
            try
            {
                await listener(socketEvent);
            }
            catch (Exception exception)
            {
                Log.ListenerFailed(Server.Logger, exception, nameof(OnAny), Id);
            }
        }

        try
        {
            await RunMiddlewaresAsync(_middlewares?.All ?? [], 0, socketEvent, () => RunCopiedAsync(json, attachments, ack));
        }
        catch (Exception exception)
        {
            // Nothing is sent to the client.
            if (_errorListeners is not { All.IsEmpty: false })
            {
                Log.MiddlewareFailed(Server.Logger, exception, Id, nameof(OnError));
            }

            RaiseError(exception);
        }
    }

    private static Task RunMiddlewaresAsync(ImmutableArray<Func<SocketEvent, Func<Task>, Task>> all, int index, SocketEvent socketEvent, Func<Task> handlers)
        => index == all.Length ? handlers() : all[index](socketEvent, () => RunMiddlewaresAsync(all, index + 1, socketEvent, handlers));

    // A middleware may have disconnected the client.
    private Task RunCopiedAsync(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, Ack ack)
        => _isThrownOut != 0 ? Task.CompletedTask : RunNamedAsync(json.Span, attachments, null, ack);

    private Task RunNamedAsync(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, long? ackId, Ack? ack)
    {
        var reader = CreateReader(json);
        var arguments = new ArgumentReader(this, json, reader, attachments, ackId, ack);
        return reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped
            ? RunMeasuredAsync(EventName.Unescape(ref reader), ref arguments)
            : RunMeasuredAsync(reader.ValueSpan, ref arguments);
    }

    private Task RunMeasuredAsync(ReadOnlySpan<byte> name, ref ArgumentReader arguments)
    {
        if (!Server.Metrics.IsMeasuringEvents && !SocketIOActivitySource.HasListeners)
        {
            return RunHandlersAsync(name, ref arguments);
        }

        var start = Server.Clock.Time.GetTimestamp();
        var registered = FindRegisteredName(name);
        Server.Metrics.EventReceived(_namespace.MetricsName, registered);
        var previous = Activity.Current;
        var activity = registered is null ? null : SocketIOActivitySource.StartEvent(_namespace.Name, registered, Session.Handshake.RequestActivity);
        var running = RunHandlersAsync(name, ref arguments);
        Activity.Current = previous;
        return FinishMeasuredAsync(start, registered, activity, running);
    }

    private async Task FinishMeasuredAsync(long start, string? registered, Activity? activity, Task<string?> running)
    {
        var errorType = await running;
        Server.Metrics.EventHandled(_namespace.MetricsName, registered, Server.Clock.Time.GetElapsedTime(start), errorType);
        if (activity is not null)
        {
            SocketIOActivitySource.EndEvent(activity, errorType);
        }
    }

    private string? FindRegisteredName(ReadOnlySpan<byte> name)
    {
        foreach (var entry in HandlersOf(name))
        {
            return entry.EventName;
        }

        return null;
    }

    private async Task RaiseDisconnectAsync(DisconnectReason reason, IReadOnlySet<string> rooms)
    {
        foreach (var listener in _disconnectingListeners?.All ?? [])
        {
            await GuardListenerAsync(() => listener(reason, rooms), nameof(OnDisconnecting));
        }

        foreach (var listener in _disconnectListeners?.All ?? [])
        {
            await GuardListenerAsync(() => listener(reason), nameof(OnDisconnect));
        }
    }

    private async Task GuardListenerAsync(Func<Task> run, string kind)
    {
        try
        {
            await run();
        }
        catch (Exception exception)
        {
            Log.ListenerFailed(Server.Logger, exception, kind, Id);
        }
    }
}
