using System.Collections.Concurrent;

namespace SocketIoSharp.InteropHost;

/// <summary>What every socket does with the events of a test: the same, line by line, as the reference host.</summary>
internal sealed partial class SocketIOScenarios(IServerSocket socket, SocketJournal journal)
{
    private const string TimedOut = "operation has timed out";

    private static readonly ConcurrentDictionary<string, Ack> s_heldAnswers = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, int> s_attemptsByKey = new(StringComparer.Ordinal);

    private readonly List<int> _received = [];

    private INamespace Namespace => socket.Namespace;

    public void Add()
    {
        AddEvents();
        AddAcknowledgements();
        AddQuestions();
        AddRooms();
        AddFacts();
        AddEndings();
        AddListeners();
    }

    private void AddEvents()
    {
        socket.On("echo", (EventArguments arguments) => socket.EmitAsync("echo", [.. arguments]));
        socket.On("give", (string name) => socket.EmitAsync("given", FixedValues.Of(name).AsSpan()));
        socket.On("give-numeric", () => socket.EmitAsync("7", "seven"));
        socket.OnWithAck("7", (string value) => $"seven {value}");
        socket.On("send-me", (EventArguments arguments) => socket.SendAsync([.. arguments]));
        socket.On("message", (EventArguments arguments) => socket.EmitAsync("message-received", [.. arguments]));
        socket.On("digest", (byte[] bytes, Ack acknowledge) => acknowledge.SendAsync(bytes.Length, bytes.Aggregate(0, (sum, value) => (sum + value) % 65536)));
        socket.On("burst", (int count, int size) =>
        {
            for (var index = 0; index < count; index++)
            {
                _ = socket.EmitAsync("numbered", index, new string('x', size));
            }
        });
        socket.On("mixed-burst", (int count) =>
        {
            for (var index = 0; index < count; index++)
            {
                _ = index % 3 == 0
                    ? socket.EmitAsync("numbered", index, new[] { (byte)index })
                    : socket.EmitAsync("numbered", index, "text");
            }
        });
        socket.On("numbered-up", (int index) => _received.Add(index));
        socket.OnWithAck("report-numbers", () => _received);
        socket.On("volatile-me", (string name, EventArgument value) => socket.Volatile.EmitAsync(name, value));

        // A volatile event right behind a lasting one, and lasting ones right behind a volatile one.
        socket.On("volatile-among-others", async () =>
        {
            await socket.EmitAsync("lasting", 1);
            await socket.Volatile.EmitAsync("fleeting", 2);
            await socket.Volatile.EmitAsync("fleeting", new byte[] { 3 });
            await socket.EmitAsync("lasting", 4);
        });
        socket.On("compress-me", (bool compress, string name, EventArgument value) => socket.Compress(compress).EmitAsync(name, value));
    }

    private void AddAcknowledgements()
    {
        socket.On("echo-ack", (Ack acknowledge, EventArguments arguments) => acknowledge.SendAsync([.. arguments]));
        socket.On("give-ack", (string name, Ack acknowledge) => acknowledge.SendAsync(FixedValues.Of(name).AsSpan()));
        socket.OnWithAck("sum", (int left, int right) => left + right);
        socket.OnWithAck("next-second", (DateTime date) => date.AddSeconds(1));
        socket.OnWithAck("later", async (int milliseconds) =>
        {
            await Task.Delay(milliseconds);
            return "done";
        });
        socket.On("never", () => { });

        // An answer that is kept back until somebody releases it.
        socket.On("hold", (string key, Ack acknowledge) =>
        {
            s_heldAnswers[key] = acknowledge;
        });
        socket.On("release", async (string key, EventArgument value, Ack acknowledge) =>
        {
            if (s_heldAnswers.TryRemove(key, out var held))
            {
                await held.SendAsync(value);
            }

            await acknowledge.SendAsync();
        });

        // Answers only at the given attempt.
        socket.On("flaky", (string key, int attempt, Ack acknowledge) =>
        {
            var attempts = s_attemptsByKey.AddOrUpdate(key, 1, (_, count) => count + 1);
            return attempts >= attempt ? acknowledge.SendAsync(attempts) : Task.CompletedTask;
        });
        socket.On("twice", async (Ack acknowledge) =>
        {
            await acknowledge.SendAsync("first");
            await acknowledge.SendAsync("second");
        });
    }

    private void AddQuestions()
    {
        // The server asks this client; the answer is told by an event. Nothing waits for it: the client may ask meanwhile.
        socket.On("ask-me", (string name, int milliseconds, EventArguments arguments) =>
        {
            _ = AskAsync(name, milliseconds, arguments);
        });
        socket.On("ask-me-with-promise", async (string name, int milliseconds, EventArgument value) =>
        {
            try
            {
                var answer = await socket.Timeout(TimeSpan.FromMilliseconds(milliseconds)).EmitWithAckAsync<EventArgument>(name, value);
                await socket.EmitAsync("answered", null, answer);
            }
            catch (AckTimeoutException)
            {
                await socket.EmitAsync("answered", TimedOut);
            }
        });

        // The server asks many; the acknowledgement tells whether all have answered, and the answers.
        socket.On("ask-many", (Target target, string name, int milliseconds, EventArgument value, Ack acknowledge) =>
        {
            _ = AskManyAsync(target, name, milliseconds, value, acknowledge);
        });
        socket.On("ask-one", async (string id, string name, int milliseconds, EventArgument value, Ack acknowledge) =>
        {
            var found = await Namespace.In(id).FetchSocketsAsync();
            try
            {
                await acknowledge.SendAsync(null, await found[0].Timeout(TimeSpan.FromMilliseconds(milliseconds)).EmitWithAckAsync<EventArgument>(name, value));
            }
            catch (AckTimeoutException)
            {
                await acknowledge.SendAsync(TimedOut);
            }
        });
    }

    private async Task AskAsync(string name, int milliseconds, EventArguments arguments)
    {
        try
        {
            var asker = milliseconds > 0 ? socket.Timeout(TimeSpan.FromMilliseconds(milliseconds)) : socket;
            await socket.EmitAsync("answered", [null, .. await asker.EmitWithAckAsync(name, [.. arguments])]);
        }
        catch (AckTimeoutException)
        {
            await socket.EmitAsync("answered", TimedOut);
        }
        catch (SocketDisconnectedException)
        {
            // Nobody is left to be told.
        }
    }

    private async Task AskManyAsync(Target target, string name, int milliseconds, EventArgument value, Ack acknowledge)
    {
        var answers = await target.In(Namespace, socket).Timeout(TimeSpan.FromMilliseconds(milliseconds)).EmitWithAckAsync<EventArgument>(name, value);
        await acknowledge.SendAsync(answers.IsComplete, answers.Responses);
    }
}
