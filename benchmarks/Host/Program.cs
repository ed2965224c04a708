// The server that the load generators talk to: default settings, one handler for each scenario.
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SocketIoSharp.BenchmarkHost;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var socketIO = builder.Services.AddSocketIO();
if (Environment.GetEnvironmentVariable("ADAPTER") is { } adapter)
{
    Adapters.Add(socketIO, adapter, Environment.GetEnvironmentVariable("REDIS") ?? "127.0.0.1:6379");
}

builder.Services.AddEngineIO();
var port = int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "4210", CultureInfo.InvariantCulture);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, port, listen => listen.Protocols = HttpProtocols.Http1));
var app = builder.Build();
app.MapSocketIO(io => io.OnConnection(socket =>
{
    socket.On("echo", (JsonElement value) => socket.EmitAsync("echo", value));
    socket.OnWithAck("ack", (JsonElement value) => value);
    socket.On("bcast", (JsonElement value) => io.EmitAsync("bcast", value));
    socket.OnWithAck("join", async (string room) =>
    {
        await socket.JoinAsync(room);
        return true;
    });
    socket.On("relay", (int number, string text) => io.To("room").EmitAsync("relay", number, text));
}));
app.MapEngineIO("/engine.io", new EngineOnlyHandler());
app.Run();
