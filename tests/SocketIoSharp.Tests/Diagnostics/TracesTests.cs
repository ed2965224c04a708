using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>The spans of handled events. Listeners see the whole process: every test has event names of its own.</summary>
[NonParallelizable]
public sealed class TracesTests
{
    private const string RequestTrace = "0af7651916cd43dd8448eb211c80319c";

    [Test]
    public async Task A_handled_event_is_a_span_of_its_own_linked_to_the_request_of_the_handshake()
    {
        using var spans = new RecordedSpans("traced");
        await using var server = await SocketIOTestServer.StartAsync(static io => io.OnConnection(static socket => socket.OnWithAck("traced", static (int a) => a)));
        await using var client = await server.ConnectAsync(auth: "", $"traceparent: 00-{RequestTrace}-b7ad6b7169203331-01");

        await client.SendTogetherAsync("421[\"traced\",1]", "422[\"traced\",2]");

        var (first, second) = (await spans.NextAsync(), await spans.NextAsync());
        Assert.That(first.DisplayName, Is.EqualTo("process traced"));
        Assert.That(first.Kind, Is.EqualTo(ActivityKind.Consumer));
        Assert.That(first.Status, Is.EqualTo(ActivityStatusCode.Unset));
        Assert.That(
            first.TagObjects.Select(static tag => $"{tag.Key}={tag.Value}"),
            Is.EquivalentTo(new[] { "messaging.system=socketio", "messaging.operation.type=process", "messaging.destination.name=/", "socketio.event=traced" }));
        foreach (var span in new[] { first, second })
        {
            Assert.That(span.Parent, Is.Null);
            Assert.That(span.ParentId, Is.Null);
            Assert.That(span.TraceId.ToHexString(), Is.Not.EqualTo(RequestTrace));
            Assert.That(span.Links.Select(static link => link.Context.TraceId.ToHexString()), Is.EqualTo(new[] { RequestTrace }));
        }

        Assert.That(first.TraceId, Is.Not.EqualTo(second.TraceId));
    }

    [Test]
    public async Task The_span_is_current_in_the_handler_and_lasts_until_its_task_is_done()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var current = new Inbox<string?>();
        using var spans = new RecordedSpans("traced slowly");
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("traced slowly", async () =>
            {
                current.Add(Activity.Current?.SpanId.ToHexString());
                await gate.Task;
                current.Add(Activity.Current?.SpanId.ToHexString());
            });
            socket.On("not traced", () => current.Add(Activity.Current?.OperationName));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"traced slowly\"]");
        var before = await current.NextAsync();
        Assert.That(spans.Count, Is.Zero);
        gate.SetResult();

        var span = await spans.NextAsync();
        Assert.That(before, Is.EqualTo(span.SpanId.ToHexString()));
        Assert.That(await current.NextAsync(), Is.EqualTo(before));
    }

    [TestCase("traced and throws")]
    [TestCase("traced and throws later")]
    public async Task A_handler_that_throws_makes_a_failed_span(string eventName)
    {
        using var spans = new RecordedSpans(eventName);
        await using var server = await SocketIOTestServer.StartAsync(
            static io => io.OnConnection(static socket =>
            {
                socket.On("traced and throws", static () => throw new InvalidOperationException("no"));
                socket.On("traced and throws later", static async () =>
                {
                    await Task.Yield();
                    throw new InvalidOperationException("no");
                });
            }),
            allowErrors: true);
        await using var client = await server.ConnectAsync();

        await client.SendAsync($"42[\"{eventName}\"]");

        var span = await spans.NextAsync();
        Assert.That(span.Status, Is.EqualTo(ActivityStatusCode.Error));
        Assert.That(span.GetTagItem("error.type"), Is.EqualTo("System.InvalidOperationException"));
    }

    [Test]
    public async Task The_span_of_one_event_is_not_current_in_what_comes_after()
    {
        var current = new Inbox<Activity?>();
        using var spans = new RecordedSpans("traced first");
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("traced first", static () => { });
            socket.OnDisconnect(_ => current.Add(Activity.Current));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"traced first\"]", "41");

        var span = await spans.NextAsync();
        Assert.That((await current.NextAsync())?.SpanId, Is.Not.EqualTo(span.SpanId));
    }

    [Test]
    public async Task A_namespace_is_the_destination_and_an_event_without_a_handler_has_no_span()
    {
        using var spans = new RecordedSpans("traced in a namespace", "nobody handles this");
        await using var server = await SocketIOTestServer.StartAsync(static io =>
            io.Of("/orders").OnConnection(static socket => socket.On("traced in a namespace", static () => { })));
        await using var client = await server.OpenAsync();
        await client.SendAsync("40/orders,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/orders,{\"sid\":"));

        await client.SendTogetherAsync("42/orders,[\"nobody handles this\"]", "42/orders,[\"traced in a namespace\"]");

        Assert.That((await spans.NextAsync()).GetTagItem("messaging.destination.name"), Is.EqualTo("/orders"));
        Assert.That(spans.Count, Is.Zero);
    }

    /// <summary>The ended spans of some events.</summary>
    private sealed class RecordedSpans : IDisposable
    {
        private readonly Inbox<Activity> _spans = new();
        private readonly ActivityListener _listener;

        public RecordedSpans(params string[] events)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = static source => source.Name == "SocketIoSharp.Server",
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    if (events.Contains(activity.GetTagItem("socketio.event") as string, StringComparer.Ordinal))
                    {
                        _spans.Add(activity);
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public int Count => _spans.Count;

        public Task<Activity> NextAsync() => _spans.NextAsync();

        public void Dispose() => _listener.Dispose();
    }
}
