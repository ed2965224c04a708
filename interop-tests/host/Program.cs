// The host under test: the same paths, commands and endpoints as the Node reference host beside it.
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SocketIoSharp.EngineIO;
using SocketIoSharp.InteropHost;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(Enum.Parse<LogLevel>(Environment.GetEnvironmentVariable("LOG_LEVEL") ?? "Warning"));
builder.Services.AddRouting();
var port = int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1));

var servers = EngineServers.All;
foreach (var (path, configure) in servers)
{
    builder.Services.AddEngineIO(path, configure);
}

builder.Services.AddSocketIO();
var journal = new SessionJournal(servers.Keys);
var app = builder.Build();
foreach (var path in servers.Keys)
{
    var server = app.Services.GetRequiredKeyedService<IEngineIOServer>(path);
    server.OnConnectionError(error => journal.RecordError(path, error));
    EngineServers.AddHooks(path, server);
    app.MapEngineIO(path, new CommandHandler(path, journal), path);
}

app.MapSocketIO(io => io.OnConnection(socket =>
{
    socket.On("echo", (System.Text.Json.JsonElement value) => socket.EmitAsync("echo", value));
    socket.On("shout", (string text) => io.EmitAsync("shout", text));
    socket.On("leave", (bool closeConnection) => socket.Disconnect(closeConnection));
    socket.OnWithAck("sum", (int a, int b) => a + b);
    socket.OnWithAck("later", async (int milliseconds) =>
    {
        await Task.Delay(milliseconds);
        return "done";
    });
}));
app.MapGet("/stats", () => Results.Text(journal.ToJson(), "application/json"));
app.MapGet("/reset", () =>
{
    journal.Clear();
    return Results.Text(journal.ToJson(), "application/json");
});

await app.StartAsync();
Console.WriteLine($"LISTENING {app.Urls.First()}");
await app.WaitForShutdownAsync();
