using SocketIoSharp.EngineIO;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddEngineIO();
var app = builder.Build();
app.MapEngineIO<EchoHandler>("/engine.io");
app.MapGet("/", () => Results.Content(Page.Html, "text/html"));
app.Run();

/// <summary>Sends every message back to where it came from.</summary>
internal sealed class EchoHandler : EngineIOHandler
{
    public override Task OnMessageAsync(IEngineIOSession session, EngineIOMessage message)
    {
        _ = message.IsBinary ? session.TrySendBinary(message.Data.Span) : session.TrySendText(message.Data.Span);
        return Task.CompletedTask;
    }
}
