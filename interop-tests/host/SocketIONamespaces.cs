using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SocketIoSharp.InteropHost;

/// <summary>The namespaces of every Socket.IO server, and who may join them.</summary>
internal static partial class SocketIONamespaces
{
    private static readonly ConcurrentDictionary<string, int> s_attemptsByKey = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, Func<IServerSocket, Func<Task>, Task>> s_middlewares = new(StringComparer.Ordinal)
    {
        // Asks for a token; the refusal carries data or not, as the client likes.
        ["/guarded"] = (socket, next) =>
        {
            var auth = AuthOf(socket);
            if (Text(auth["token"]) == "secret")
            {
                return next();
            }

            throw auth["plain"] is not null
                ? new ConnectionRefusedException("not authorized")
                : new ConnectionRefusedException("not authorized", new { code = 401, hints = new[] { "log in", "é😀" } });
        },

        // Refuses the first attempt with each key.
        ["/second-try"] = (socket, next) =>
        {
            var attempts = s_attemptsByKey.AddOrUpdate(Text(AuthOf(socket)["key"]) ?? string.Empty, 1, (_, count) => count + 1);
            return attempts == 1 ? throw new ConnectionRefusedException("try again") : next();
        },

        // Sends before the client has joined.
        ["/early"] = async (socket, next) =>
        {
            await socket.EmitAsync("early", 1);
            await socket.EmitAsync("early", new byte[] { 2 });
            await socket.EmitAsync("early", 3);
            await next();
        },

        // Lets the client in after a while.
        ["/slow"] = async (socket, next) =>
        {
            await Task.Delay(int.Parse(Text(AuthOf(socket)["delay"]) ?? "50", CultureInfo.InvariantCulture));
            await next();
        },

        // Joins rooms and sets data before the client is in.
        ["/prepared"] = async (socket, next) =>
        {
            await socket.JoinAsync("prepared-room");
            socket.Data["prepared"] = true;
            socket.Data["connectedBefore"] = socket.Connected;
            await next();
        },
    };

    public static void Add(ISocketIOServer io, SocketJournal journal)
    {
        void Accept(IConnectionSource source) => source.OnConnection(socket => new SocketIOScenarios(socket, journal).Add());

        foreach (var name in new[] { "/", "/chat", "/admin", "/grüße", "/with space", "/a/b/c" })
        {
            Accept(io.Of(name));
        }

        foreach (var (name, middleware) in s_middlewares)
        {
            var guarded = io.Of(name);
            guarded.Use(middleware);
            Accept(guarded);
        }

        // Its middleware ends the connection and lets the client in nevertheless; under the key the journal tells what came of it.
        var closing = io.Of("/closing");
        closing.Use(async (socket, next) =>
        {
            var key = Text(AuthOf(socket)["key"])!;
            socket.Session.Close();
            await Task.Delay(30);
            await next();
            journal.Record(key, new JsonObject { ["what"] = "let in" });
        });
        closing.OnConnection(socket => journal.Record(Text(AuthOf(socket)["key"])!, new JsonObject { ["what"] = "connection" }));

        // The order in which middlewares and connection handlers are seen.
        var greeting = io.Of("/greeting");
        greeting.Use((socket, next) =>
        {
            socket.Data["steps"] = new List<string> { "first middleware" };
            return next();
        });
        greeting.Use((socket, next) =>
        {
            socket.Data.Get<List<string>>("steps")!.Add("second middleware");
            return next();
        });
        greeting.OnConnection(async socket =>
        {
            var steps = socket.Data.Get<List<string>>("steps")!;
            steps.Add("connection");
            await socket.EmitAsync("greeting", [.. steps]);
            await socket.EmitAsync("greeting", "hello"u8.ToArray());
        });
        Accept(greeting);

        Accept(io.Of(PrivateNames()));
        Accept(io.Of((name, handshake) => name.StartsWith("/by-function-", StringComparison.Ordinal) && Text(AuthOf(handshake)["pass"]) == "yes"));
        var guardedFamily = io.Of(FamilyNames());
        guardedFamily.Use((socket, next) => Text(AuthOf(socket)["name"]) == "child" ? next() : throw new ConnectionRefusedException("not of the family"));
        Accept(guardedFamily);
    }

    public static JsonObject AuthOf(IServerSocket socket) => AuthOf(socket.Handshake);

    public static JsonObject AuthOf(Handshake handshake) => handshake.GetAuth<JsonObject>() ?? [];

    private static string? Text(JsonNode? node) => node?.ToString();

    /// <summary>The names that one namespace may be asked for: "/private-" and anything; a test takes one for itself.</summary>
    [GeneratedRegex(@"^/private-[A-Za-z0-9_-]+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PrivateNames();

    [GeneratedRegex(@"^/family-[0-9]+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FamilyNames();
}
