using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SocketIoSharp.InteropHost;

/// <summary>One server of a cluster.</summary>
internal sealed partial class ClusterNode : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> _welcoming = new(StringComparer.Ordinal);
    private readonly WebApplication _app;
    private readonly ISocketIOServer _io;

    private ClusterNode(WebApplication app)
    {
        _app = app;
        _io = app.Services.GetRequiredService<ISocketIOServer>();
        app.MapSocketIO(io => Welcome(io.Of(FamilyNames())));
        FindOrMake("/");
    }

    public string Url => _app.Urls.First();

    public static async Task<ClusterNode> OpenAsync(ClusterCommand command)
    {
        var builder = ClusterHost.CreateBuilder();
        var server = builder.Services.AddSocketIO(options =>
        {
            options.ServeClient = false;
            if (command.Recovery is { } recovery)
            {
                options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions();
                if (recovery["maxDisconnectionDuration"] is { } duration)
                {
                    options.ConnectionStateRecovery.MaxDisconnectionDuration = TimeSpan.FromMilliseconds(duration.GetValue<double>());
                }
            }
        });
        ClusterAdapters.Add(server, command.Adapter!, command.Redis!, command.Options ?? []);
        var node = new ClusterNode(builder.Build());
        await node._app.StartAsync();
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>A namespace that lets everybody in; families have their handler already.</summary>
    private INamespace FindOrMake(string name)
    {
        var found = _io.Of(name);
        if (_welcoming.TryAdd(name, true) && !FamilyNames().IsMatch(name))
        {
            Welcome(found);
        }

        return found;
    }

    /// <summary>
    /// Gives a client its rooms and its data, in a middleware: it has both when it learns that it is connected. In Node that holds
    /// for a connection handler, which nothing comes between; here a command may. Whoever is brought back comes past middlewares.
    /// </summary>
    private static void Welcome(IConnectionSource source) => source.Use(async (socket, next) =>
    {
        var auth = socket.Handshake.GetAuth<Dictionary<string, JsonElement>>() ?? [];
        if (auth.TryGetValue("data", out var data))
        {
            SetData(socket, data);
        }

        if (auth.TryGetValue("rooms", out var rooms))
        {
            await socket.JoinAsync([.. rooms.EnumerateArray().Select(room => room.GetString()!)]);
        }

        await next();
    });

    private static void SetData(IServerSocket socket, JsonElement data)
    {
        foreach (var (name, _) in socket.Data.ToList())
        {
            socket.Data.Remove(name);
        }

        foreach (var member in data.EnumerateObject())
        {
            socket.Data[member.Name] = TaggedValues.Read(member.Value);
        }
    }

    private static JsonArray InOrder(IEnumerable<string> texts)
        => new([.. texts.Order(StringComparer.Ordinal).Select(text => JsonValue.Create(text))]);

    [GeneratedRegex(@"^/family-[0-9]+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FamilyNames();
}
