// The host under test: the same paths, commands and endpoints as the Node reference host beside it.
// With the argument "cluster": a host of cluster nodes, which keeps the contract at the head of cluster/node-host.mjs.
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SocketIoSharp.EngineIO;
using SocketIoSharp.InteropHost;
using SocketIoSharp.TestKit;

if (args is ["cluster"])
{
    await ClusterHost.RunAsync();
    return;
}

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(Enum.Parse<LogLevel>(Environment.GetEnvironmentVariable("LOG_LEVEL") ?? "Warning"));
builder.Services.AddRouting();
var port = int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
TestTransport.ApplyTo(builder.WebHost);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
{
    listen.Protocols = HttpProtocols.Http1;
    SecureConnections.Use(listen);
}));

var servers = EngineServers.All;
foreach (var (path, configure) in servers)
{
    builder.Services.AddEngineIO(path, configure);
}

SocketIOServers.Add(builder.Services);
var journal = new SessionJournal(servers.Keys);
var socketJournal = new SocketJournal();
var app = builder.Build();
foreach (var path in servers.Keys)
{
    var server = app.Services.GetRequiredKeyedService<IEngineIOServer>(path);
    server.OnConnectionError(error => journal.RecordError(path, error));
    EngineServers.AddHooks(path, server);
    app.MapEngineIO(path, new CommandHandler(path, journal), path);
}

SocketIOServers.Map(app, socketJournal);
app.MapGet("/stats", (string? sid) => Results.Text(journal.ToJson(sid), "application/json"));
app.MapGet("/reset", () =>
{
    journal.Clear();
    return Results.Text(journal.ToJson(), "application/json");
});

app.MapGet("/journal", (string id) => Results.Text(socketJournal.JsonOf(id), "application/json"));

var extraServers = new ExtraServers(socketJournal);
app.MapGet("/extra/start", async (int port) => await extraServers.StartAsync(port) ? Results.Ok() : Results.Conflict());
app.MapGet("/extra/stop", (int port) => extraServers.StopAsync(port));

await app.StartAsync();
Console.WriteLine($"LISTENING {app.Urls.First()}");
await app.WaitForShutdownAsync();
