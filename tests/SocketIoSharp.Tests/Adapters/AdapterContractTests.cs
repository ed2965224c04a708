using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Adapters;

/// <summary>The adapter that is used by default.</summary>
public sealed class InMemoryAdapterContractTests : AdapterContract
{
    protected override int ServerCount => 1;

    protected override void Configure(SocketIOOptions options)
    {
        // Nothing to set.
    }
}

/// <summary>An adapter that overrides nothing: what users begin with.</summary>
public sealed class PlainAdapterContractTests : AdapterContract
{
    protected override int ServerCount => 1;

    protected override void Configure(SocketIOOptions options) => options.AdapterFactory = static context => new PlainAdapter(context);

    private sealed class PlainAdapter(AdapterContext context) : Adapter(context);
}

/// <summary>The base of cluster adapters, with two and three servers.</summary>
[TestFixture(2)]
[TestFixture(3)]
public sealed class ClusterAdapterContractTests(int serverCount) : AdapterContract
{
    private ClusterBus _bus = new();

    protected override int ServerCount => serverCount;

    [TearDown]
    public void Forget() => _bus = new ClusterBus();

    protected override void Configure(SocketIOOptions options) => options.AdapterFactory = context => new BusAdapter(context, _bus);
}

/// <summary>The base of cluster adapters that have to find each other.</summary>
public sealed class ClusterAdapterWithHeartbeatContractTests : AdapterContract
{
    private ClusterBus _bus = new();

    protected override int ServerCount => 3;

    [TearDown]
    public void Forget() => _bus = new ClusterBus();

    protected override void Configure(SocketIOOptions options) => options.AdapterFactory = context => new HeartbeatBusAdapter(context, _bus);
}
