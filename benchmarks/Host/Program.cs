// The server that the load generators talk to: default settings, one handler for each scenario.
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SocketIoSharp.BenchmarkHost;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var settings = HostSettings.FromEnvironment();
var socketIO = builder.Services.AddSocketIO(options => options.MaxHttpBufferSize = settings.MaxBuffer ?? options.MaxHttpBufferSize);
if (settings.Adapter is { } adapter)
{
    Adapters.Add(socketIO, adapter, settings.Redis);
}

builder.Services.AddEngineIO();
if (settings.IsEpoll)
{
    builder.WebHost.UseEpollTransport();
}

if (settings.Scheduling == "inline")
{
    builder.WebHost.UseInlineTransportScheduling();
    if (!settings.IsEpoll)
    {
        builder.WebHost.UseInlineSocketCompletions();
    }
}

builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, settings.Port, listen =>
{
    listen.Protocols = HttpProtocols.Http1;
    if (settings.IsLean)
    {
        listen.UseLeanWebSockets();
    }
}));
var app = builder.Build();
app.MapSocketIO(io =>
{
    switch (settings.Handlers)
    {
        case "chat":
            ChatHandlers.Map(io);
            break;
        case "chat-class":
            io.UseHandler<ChatHandler>();
            break;
        default:
            io.OnConnection(socket =>
            {
                socket.On("echo", (JsonElement value) => socket.EmitAsync("echo", value));
                socket.OnWithAck("ack", (JsonElement value) => value);
                socket.On("bin", (ReadOnlyMemory<byte> value) => socket.EmitAsync("bin", value));
                socket.On("bcast", (JsonElement value) => io.EmitAsync("bcast", value));
                socket.OnWithAck("join", async (string room) =>
                {
                    await socket.JoinAsync(room);
                    return true;
                });
                socket.On("room-bcast", (string room, JsonElement value) => io.To(room).EmitAsync("room-bcast", value));
                socket.On("relay", (int number, string text) => io.To("room").EmitAsync("relay", number, text));
            });
            break;
    }
});
app.MapEngineIO("/engine.io", new EngineOnlyHandler());
app.Run();
