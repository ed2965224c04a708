using Microsoft.AspNetCore.Connections.Features;

namespace SocketIoSharp.Transport.Epoll.Tests;

/// <summary>What others find at a connection, and leave there.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FeatureTests() : ConnectionTests(isInline: false)
{
    [Test]
    public async Task Connections_have_the_features_that_kestrels_own_have()
    {
        var (socket, connection) = await OpenAsync();
        using var client = socket;
        var features = connection.Features;

        Assert.Multiple(() =>
        {
            Assert.That(connection, Is.InstanceOf<EpollConnection>());
            Assert.That(connection.RemoteEndPoint, Is.EqualTo(client.LocalEndPoint));
            Assert.That(connection.LocalEndPoint, Is.EqualTo(client.RemoteEndPoint));
            Assert.That(features.Get<IConnectionIdFeature>()!.ConnectionId, Is.EqualTo(connection.ConnectionId).And.Length.EqualTo(13));
            Assert.That(features.Get<IConnectionTransportFeature>()!.Transport, Is.SameAs(connection.Transport));
            Assert.That(features.Get<IConnectionLifetimeFeature>()!.ConnectionClosed, Is.EqualTo(connection.ConnectionClosed));
            Assert.That(features.Get<IMemoryPoolFeature>()!.MemoryPool, Is.Not.Null);
            Assert.That(features.Get<IConnectionItemsFeature>()!.Items, Is.SameAs(connection.Items));
            Assert.That(features.Get<IHttpContextFeature>(), Is.Null);
        });
    }

    [Test]
    public async Task Features_can_be_added_replaced_and_taken_away()
    {
        var (socket, connection) = await OpenAsync();
        using var client = socket;
        var features = connection.Features;
        var count = features.Count();
        var revision = features.Revision;
        var items = new OtherItems();

        features.Set<string>("added");
        features.Set<IConnectionItemsFeature>(items);
        features.Set<IConnectionIdFeature>(null);
        features[typeof(Uri)] = new Uri("http://localhost");
        features[typeof(Uri)] = null;

        Assert.Multiple(() =>
        {
            Assert.That(features.Get<string>(), Is.EqualTo("added"));
            Assert.That(features.Get<IConnectionItemsFeature>(), Is.SameAs(items));
            Assert.That(features.Get<IConnectionIdFeature>(), Is.Null);
            Assert.That(features[typeof(Uri)], Is.Null);
            Assert.That(features.Count(), Is.EqualTo(count));
            Assert.That(features.Select(static feature => feature.Key), Is.Unique.And.Contains(typeof(string)).And.Not.Contains(typeof(IConnectionIdFeature)));
            Assert.That(features.Revision, Is.GreaterThan(revision));
        });
    }

    private interface IHttpContextFeature;

    private sealed class OtherItems : IConnectionItemsFeature
    {
        public IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();
    }
}
