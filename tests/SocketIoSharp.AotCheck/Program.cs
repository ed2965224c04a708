// Published trimmed, with JSON reflection off: a server, and a client in bare frames that uses it. The exit code says whether all went well.
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketIoSharp;
using SocketIoSharp.AotCheck;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddSocketIO(options =>
{
    options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions();
    options.JsonSerializerOptions.TypeInfoResolverChain.Insert(0, CheckJson.Default);
});

// Three servers of a cluster; the third one looks for a Redis that is not there, with the library that others use.
var redis = RedisConnection.InMemory(new InMemoryRedis());
builder.Services.AddSocketIO("first").AddRedisStreamsAdapter(redis, static _ => { });
builder.Services.AddSocketIO("second").AddRedisStreamsAdapter(redis, static _ => { });
builder.Services.AddSocketIO("alone").AddRedisAdapter("127.0.0.1:1,connectTimeout=500", static options => options.StartTimeout = TimeSpan.FromMilliseconds(100));
await using var app = builder.Build();
app.MapSocketIO(io =>
{
    io.Use((socket, next) => socket.Handshake.GetAuth<Credentials>() is { Token: "secret" } ? next() : throw new ConnectionRefusedException("unauthorized", new Point(1, 2)));
    io.OnConnection(socket =>
    {
        socket.OnWithAck("move", (Point point, int by) => point with { X = point.X + by });
        socket.OnWithAck("size", (byte[] data) => data.Length);
        socket.On("all", (Point point) => io.EmitAsync("point", point));
    });
    io.Of("/classes").UseHandler<CheckHandler>();
});
app.MapSocketIO("/first", static _ => { }, serviceKey: "first");
app.MapSocketIO("/second", static _ => { }, serviceKey: "second");
app.MapSocketIO("/alone", static _ => { }, serviceKey: "alone");
await app.StartAsync();
var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
using var client = new ClientWebSocket();
await client.ConnectAsync(new Uri($"{address.Replace("http", "ws", StringComparison.Ordinal)}/socket.io/?EIO=4&transport=websocket"), timeout.Token);
var failures = 0;
await ExpectAsync("0{", startsWith: true);
await SendAsync("40{\"token\":\"wrong\"}");
await ExpectAsync("44{\"message\":\"unauthorized\",\"data\":{\"x\":1,\"y\":2}}");
await SendAsync("40{\"token\":\"secret\"}");
await ExpectAsync("40{\"sid\":\"", startsWith: true);
await SendAsync("421[\"move\",{\"x\":1,\"y\":2},5]");
await ExpectAsync("431[{\"x\":6,\"y\":2}]");
await SendAsync("451-2[\"size\",{\"_placeholder\":true,\"num\":0}]");
await client.SendAsync(new byte[] { 1, 2, 3 }, WebSocketMessageType.Binary, endOfMessage: true, timeout.Token);
await ExpectAsync("432[3]");
await SendAsync("42[\"all\",{\"x\":3,\"y\":4}]");
await ExpectAsync("42[\"point\",{\"x\":3,\"y\":4},\"", startsWith: true);
await SendAsync("40/classes,");
await ExpectAsync("40/classes,{\"sid\":\"", startsWith: true);
await SendAsync("42/classes,3[\"where\"]");
await ExpectAsync("43/classes,3[{\"x\":7,\"y\":8}]");

var first = app.Services.GetRequiredKeyedService<ISocketIOServer>("first");
app.Services.GetRequiredKeyedService<ISocketIOServer>("second").OnServerSideEvent("double", static arguments => Task.FromResult<object?>(2 * arguments.Get<int>(0)));
using (var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System))
{
    while (await first.Adapter.GetServerCountAsync(timeout.Token) < 2)
    {
        await ticks.WaitForNextTickAsync(timeout.Token);
    }
}

var answers = await first.ServerSideEmitWithAckAsync<int>("double", 21);
var alone = await app.Services.GetRequiredKeyedService<ISocketIOServer>("alone").FetchSocketsAsync(timeout.Token);
if (!answers.Responses.SequenceEqual([42]) || alone.Count != 0)
{
    failures++;
    await Console.Error.WriteLineAsync($"Expected 42 of the other server and no sockets, but got {string.Join(", ", answers.Responses)} and {alone.Count} sockets.");
}

await Console.Out.WriteLineAsync(failures == 0 ? "The trimmed server works." : $"{failures} answers of the trimmed server are wrong.");
await app.StopAsync(timeout.Token);
return failures == 0 ? 0 : 1;

Task SendAsync(string text) => client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, timeout.Token);

async Task ExpectAsync(string expected, bool startsWith = false)
{
    var buffer = new byte[4096];
    var received = await client.ReceiveAsync(buffer, timeout.Token);
    var text = Encoding.UTF8.GetString(buffer, 0, received.Count);
    if (startsWith ? !text.StartsWith(expected, StringComparison.Ordinal) : text != expected)
    {
        failures++;
        await Console.Error.WriteLineAsync($"Expected {expected} but got {text}");
    }
}
