using SocketIoSharp.TestApp;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSocketIO();
builder.Services.AddSingleton<IGreeter, PoliteGreeter>();

var app = builder.Build();
app.MapSocketIO(io => io.UseHandler<GreetingHandler>());
app.Run();
