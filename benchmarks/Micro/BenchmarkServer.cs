using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.Benchmarks;

/// <summary>A Socket.IO server as an application has it, whose clients have no connection.</summary>
internal sealed class BenchmarkServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IEngineIOHandler _handler;

    public BenchmarkServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSocketIO();
        _app = builder.Build();
        _app.MapSocketIO(static io => io.OnConnection(socket =>
        {
            socket.On("nothing", static () => { });
            socket.On("number", static (int _) => { });
            socket.On("string", (string value) => socket.EmitAsync("echo", value));
            socket.On("argument", (EventArgument value) => socket.EmitAsync("echo", value));
            socket.On("element", (JsonElement value) => socket.EmitAsync("echo", value));
            socket.OnWithAck("ack number", static (int value) => value);
            socket.OnWithAck("ack string", static (string value) => value);
            socket.On("broadcast", (string value) => io.EmitAsync("broadcast", value));
            socket.On("to the room", (string value) => io.To("room").EmitAsync("broadcast", value));
            return socket.JoinAsync("room");
        }));
        _handler = (IEngineIOHandler)_app.Services.GetRequiredService<ISocketIOServer>();
    }

    /// <summary>A client in the main namespace.</summary>
    public async Task<SilentSession> ConnectAsync()
    {
        var session = new SilentSession();
        await _handler.OnOpenAsync(session);
        await ReceiveAsync(session, Packets.Message("0"));
        return session;
    }

    public Task ReceiveAsync(SilentSession session, EngineIOMessage message) => _handler.OnMessageAsync(session, message);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
