using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace SocketIoSharp.TestKit;

/// <summary>One server of the contract's cluster.</summary>
public sealed class ContractServer : IAsyncDisposable
{
    private const string Query = "/socket.io/?EIO=4&transport=websocket";

    private readonly ConcurrentDictionary<string, TaskCompletionSource<IServerSocket>> _sockets = new(StringComparer.Ordinal);
    private readonly EngineTestServer _server;

    private ContractServer(EngineTestServer server) => _server = server;

    public ISocketIOServer IO => _server.Application.Services.GetRequiredService<ISocketIOServer>();

    public LogCapture Log => _server.Log;

    public Uri Address => _server.Address;

    public IServiceProvider Services => _server.Application.Services;

    public static async Task<ContractServer> StartAsync(
        Action<SocketIOOptions> options, TimeProvider? time = null, bool allowErrors = false, Action<ISocketIOBuilder>? configure = null)
    {
        var server = new ContractServer(await EngineTestServer.StartAsync(new EngineTestServerSettings
        {
            Path = null,
            Time = time,
            AllowErrors = allowErrors,
            ConfigureBuilder = builder =>
            {
                var added = builder.Services.AddSocketIO(options);
                configure?.Invoke(added);
            },
            ConfigureApplication = static application => application.MapSocketIO(static io => io.Of("/other")),
        }));
        server.IO.OnConnection(socket =>
        {
            server.GetSlot(socket.Id).TrySetResult(socket);

            // A client asks whether everything before has been worked on.
            socket.OnWithAck("sync", static () => "synced");
        });
        return server;
    }

    /// <summary>A client that is connected to the main namespace.</summary>
    /// <param name="withoutOffsets">Whether the places of events in a stream are left out of what it receives.</param>
    public async Task<ContractClient> ConnectAsync(bool withoutOffsets = false)
    {
        var webSocket = await RawWebSocket.ConnectAsync(_server.Address, Query);
        await webSocket.ReceiveAsync().Soon();
        await webSocket.SendAsync("40{\"name\":\"tester\"}");
        var reply = await webSocket.ReceiveAsync().Soon();
        var id = reply.Split('"')[3];
        return new ContractClient(webSocket, await GetSlot(id).Task.Soon()) { WithoutOffsets = withoutOffsets };
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private TaskCompletionSource<IServerSocket> GetSlot(string id)
        => _sockets.GetOrAdd(id, static _ => new TaskCompletionSource<IServerSocket>(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>One client of the contract's cluster, and its socket on the server that it is connected to.</summary>
public sealed partial class ContractClient(RawWebSocket webSocket, IServerSocket socket) : IAsyncDisposable
{
    public IServerSocket Socket => socket;

    public string Id => socket.Id;

    /// <summary>Whether the places of events in a stream are left out of what is received.</summary>
    public bool WithoutOffsets { get; init; }

    /// <summary>The next packet, without the digit of the engine's message.</summary>
    public async Task<string> ReceiveAsync()
    {
        var message = await webSocket.ReceiveAsync().Soon();
        var packet = message[0] == '4' ? message[1..] : message;
        return WithoutOffsets ? Offset.Replace(packet, "]") : packet;
    }

    /// <summary>Sends a packet.</summary>
    public Task SendAsync(string packet) => webSocket.SendAsync("4" + packet);

    /// <summary>Receives an event that asks for an answer, and answers.</summary>
    public async Task AnswerAsync(string expectedEvent, string answer)
    {
        var packet = await ReceiveAsync();
        var id = new string([.. packet.Skip(1).TakeWhile(char.IsAsciiDigit)]);
        Assert.That(packet, Is.EqualTo($"2{id}{expectedEvent}"));
        await SendAsync($"3{id}{answer}");
    }

    /// <summary>Ends the connection as a lost network does.</summary>
    public void Lose() => webSocket.Reset();

    /// <summary>The code with which the server ends the connection.</summary>
    public Task<int> ReceiveCloseAsync() => webSocket.ReceiveCloseAsync().Soon();

    public ValueTask DisposeAsync() => webSocket.DisposeAsync();

    [GeneratedRegex(""",?"[0-9]+-[0-9]+"\]$""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Offset { get; }
}
