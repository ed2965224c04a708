// What others would take on .NET: a SignalR hub with its default settings, and plain WebSockets that echo, the floor below all.
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SocketIoSharp.BenchmarkSignalR;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var maxBuffer = Environment.GetEnvironmentVariable("MAX_BUFFER");
builder.Services.AddSignalR(options =>
{
    if (maxBuffer is not null)
    {
        options.MaximumReceiveMessageSize = long.Parse(maxBuffer, CultureInfo.InvariantCulture);
    }
});
var port = int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "4210", CultureInfo.InvariantCulture);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, port, listen => listen.Protocols = HttpProtocols.Http1));
var app = builder.Build();
app.UseWebSockets();
app.MapHub<LoadHub>("/hub");
app.Map("/raw", RawEcho.RunAsync);
app.Run();
