using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Every adapter on every bus keeps the promises of all adapters.</summary>
[TestFixtureSource(nameof(Kinds))]
public sealed class RedisAdapterContractTests(AdapterKind adapter, BusKind bus) : AdapterContract
{
    private readonly string _prefix = TestRedis.CreatePrefix();
    private readonly TestBus _bus = new(bus);
    private RedisConnection _connection = null!;
    private int _test;

    public static IEnumerable<TestFixtureData> Kinds()
    {
        foreach (var adapter in Enum.GetValues<AdapterKind>())
        {
            foreach (var bus in Enum.GetValues<BusKind>())
            {
                // The version of the library that is tested here does not know sharded channels.
                if (bus != BusKind.StackExchange || !adapter.IsSharded())
                {
                    yield return new TestFixtureData(adapter, bus);
                }
            }
        }
    }

    protected override int ServerCount => 3;

    protected override bool HasOffsets => adapter.HasRecovery();

    // The classic wire is JSON here, as in Node.
    protected override bool CarriesBinaryData => adapter is not (AdapterKind.Classic or AdapterKind.ClassicWithOwnResponses or AdapterKind.ClassicWithLog);

    [OneTimeSetUp]
    public async Task ConnectAsync() => _connection = await _bus.ConnectAsync();

    protected override void Configure(SocketIOOptions options)
    {
        if (adapter.HasRecovery())
        {
            options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions();
        }
    }

    protected override void Configure(ISocketIOBuilder builder) => adapter.AddTo(builder, _connection, $"{_prefix}-{_test}");

    [TearDown]
    public void TakeOtherNames() => _test++;
}
