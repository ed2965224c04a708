using Cluster;
using SocketIoSharp;

// One node of the cluster: run.sh starts this program twice, with --node and --urls.
var builder = WebApplication.CreateBuilder(args);
var node = new Node(builder.Configuration["node"] ?? "A");
builder.Services.AddSingleton(node);
builder.Services.AddSocketIO().AddRedisAdapter(builder.Configuration["redis"] ?? "localhost:6379");
builder.Services.AddHealthChecks().AddSocketIORedis();

var app = builder.Build();
app.UseDefaultFiles();
app.UseStaticFiles();
app.MapHealthChecks("/health");
app.MapSocketIO(io =>
{
    // Asked by another node; what is returned here is one of the answers that it gets.
    io.OnServerSideEvent("how are you", _ => Task.FromResult<object?>(node.Report(io)));

    io.Use((socket, next) =>
    {
        // The data of a socket goes with it wherever it is fetched: so every node can tell who is on which.
        socket.Data["node"] = node.Name;
        socket.Data["name"] = Rules.NameOf(socket.Handshake.GetAuth<Introduction>());
        return next();
    });

    io.UseHandler<VisitorHandler>();
});

app.Run();
