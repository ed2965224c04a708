using System.Collections.Immutable;

namespace SocketIoSharp;

/// <summary>
/// The events of a handler class. One map serves all clients: what is registered gets a new instance of the class with every event.
/// </summary>
/// <typeparam name="THandler">The handler class.</typeparam>
public sealed partial class EventMap<THandler>
    where THandler : SocketHandler
{
    private readonly Func<ServerSocket, Func<THandler, Task>, Task> _runAsync;
    private readonly ImmutableArray<EventHandlerEntry>.Builder _entries = ImmutableArray.CreateBuilder<EventHandlerEntry>();

    /// <summary>Takes what creates an instance and makes a call on it.</summary>
    internal EventMap(Func<ServerSocket, Func<THandler, Task>, Task> runAsync) => _runAsync = runAsync;

    /// <summary>Reads all arguments, and gives the call that needs only the instance.</summary>
    private delegate TCall Binder<out TCall>(ref ArgumentReader arguments);

    /// <summary>Reads all arguments and makes the call.</summary>
    private delegate Task Reader(ref ArgumentReader arguments);

    internal ImmutableArray<EventHandlerEntry> Entries => _entries.ToImmutable();

    /// <summary>Runs the handler mapped last only for users that satisfy the policies; for others it does not run, and <see cref="IServerSocket.OnError"/> is told.</summary>
    /// <param name="policies">Names of ASP.NET Core authorization policies; none means the default policy.</param>
    /// <returns>This.</returns>
    /// <exception cref="InvalidOperationException">No event has been mapped yet.</exception>
    public EventMap<THandler> RequireAuthorization(params IReadOnlyCollection<string> policies)
    {
        if (_entries.Count == 0)
        {
            throw new InvalidOperationException("RequireAuthorization belongs to the event mapped before it: call On or OnWithAck first. For the whole namespace, call it on what UseHandler returns.");
        }

        _entries[^1].RequireAuthorization(policies);
        return this;
    }

    private EventMap<THandler> AddAction(string eventName, Delegate handler, Binder<Action<THandler>> bind) => Add(eventName, handler, (ref ArgumentReader arguments) =>
    {
        var call = bind(ref arguments);
        return _runAsync(arguments.Socket, instance =>
        {
            call(instance);
            return Task.CompletedTask;
        });
    });

    private EventMap<THandler> AddTask(string eventName, Delegate handler, Binder<Func<THandler, Task>> bind)
        => Add(eventName, handler, (ref ArgumentReader arguments) => _runAsync(arguments.Socket, bind(ref arguments)));

    // Answers leave before the scope ends: a lazy result may still need the scope's services while it is serialized.
    private EventMap<THandler> AddResult<TResult>(string eventName, Delegate handler, Binder<Func<THandler, TResult>> bind)
    {
        AnswerType.ThrowIfTask<TResult>(handler);
        return Add(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var call = bind(ref arguments);
            var ack = arguments.GetAck();
            return _runAsync(arguments.Socket, instance =>
            {
                TypedHandler.Answer(ack, call(instance));
                return Task.CompletedTask;
            });
        });
    }

    private EventMap<THandler> AddTaskResult<TResult>(string eventName, Delegate handler, Binder<Func<THandler, Task<TResult>>> bind)
        => Add(eventName, handler, (ref ArgumentReader arguments) =>
        {
            var call = bind(ref arguments);
            var ack = arguments.GetAck();
            return _runAsync(arguments.Socket, async instance => TypedHandler.Answer(ack, await call(instance)));
        });

    private EventMap<THandler> Add(string eventName, Delegate handler, Reader read)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ReservedEvents.ThrowIfNotAllowed(eventName);
        _entries.Add(new EventHandlerEntry(eventName, new HandlerCode(read, static (target, ref arguments) => ((Reader)target)(ref arguments)), isOnce: false));
        return this;
    }
}
