using Chat;
using SocketIoSharp;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<ChatMemory>();
builder.Services.AddSingleton<Pace>();
builder.Services.AddSocketIO(options =>
{
    // Who was cut off for less than two minutes gets exactly what was missed; who was away longer asks for the history.
    // The middleware below runs for both, so nobody comes back to a name that has a new owner.
    options.ConnectionStateRecovery = new() { MaxDisconnectionDuration = TimeSpan.FromMinutes(2), SkipMiddlewares = false };
    options.JsonSerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default);
    options.MaxHttpBufferSize = 32 * 1024;
});

var app = builder.Build();
app.UseDefaultFiles();
app.UseStaticFiles();

var memory = app.Services.GetRequiredService<ChatMemory>();
var pace = app.Services.GetRequiredService<Pace>();
app.MapSocketIO(io =>
{
    io.Use((socket, next) =>
    {
        var me = memory.Claim(socket.Handshake.GetAuth<Credentials>());
        socket.Data["name"] = me.Name;
        return next();
    });

    io.OnConnection(socket =>
    {
        var visit = new Visit(memory, io, socket, memory.GetMember(socket.Data.Get<string>("name")!));
        socket.Use((received, next) => pace.SlowDownAsync(visit.Me, next, socket.Disconnected));
        socket.OnWithAck("join", (string room, long after) => visit.JoinAsync(room, after));
        socket.OnWithAck("leave", (string room) => visit.LeaveAsync(room));
        socket.OnWithAck("message", (string room, string text, string nonce) => visit.SayAsync(room, text, nonce));
        socket.OnWithAck("private", (string to, string text, string nonce) => visit.WhisperAsync(to, text, nonce));
        socket.OnWithAck("inbox", (long after) => visit.ReadInbox(after));
        socket.On("typing", (Typing typing) => visit.TypeAsync(typing));
        socket.OnDisconnect(visit.EndAsync);
        return visit.BeginAsync();
    });
});

app.Run();
