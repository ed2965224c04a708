using System.Text;
using Microsoft.Extensions.Primitives;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Adapters;

/// <summary>A server with one client whose adapter is on a bus of the test: what it publishes is seen, and it receives what the test says.</summary>
public abstract class ClusterAdapterFixture
{
    private protected ClusterBus Bus { get; } = new();

    private protected ManualTimeProvider Time { get; } = new();

    private protected ContractServer Server { get; private set; } = null!;

    private protected ContractClient Client { get; private set; } = null!;

    private protected BusAdapter Adapter { get; private set; } = null!;

    [SetUp]
    public async Task Start()
    {
        Server = await ContractServer.StartAsync(options => options.AdapterFactory = context => new BusAdapter(context, Bus), Time);
        Adapter = (BusAdapter)Server.IO.Adapter;
        Client = await Server.ConnectAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>A broadcast of another server.</summary>
    private protected static BroadcastMessage Event(string json, string uid = "another", long? id = null) => Event(Encoding.UTF8.GetBytes(json), uid, id);

    private protected static BroadcastMessage Event(byte[] json, string uid = "another", long? id = null)
        => new() { Uid = uid, Namespace = "/", Packet = new EncodedPacket("/", json, [], id), Options = BroadcastOptions.Everybody };

    private protected static RemoteSocketDescription Describe(string id, string data = "{}") => new()
    {
        Id = id,
        Handshake = new RemoteHandshake
        {
            Headers = new Dictionary<string, StringValues>(),
            Query = new Dictionary<string, string>(),
            Url = "/",
            Address = "127.0.0.1",
        },
        Rooms = [id],
        Data = new ClusterValue(Encoding.UTF8.GetBytes(data), []),
    };
}
