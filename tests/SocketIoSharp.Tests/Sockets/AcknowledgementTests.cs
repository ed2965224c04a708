using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>Answers in both directions, between the server and one client.</summary>
public sealed class AcknowledgementTests
{
    private static readonly TimeSpan s_fiveSeconds = TimeSpan.FromSeconds(5);

    [Test]
    public async Task An_answer_has_as_many_arguments_as_the_handler_gives()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("none", (Ack ack) => ack.SendAsync());
            socket.On("one", (Ack ack) => ack.SendAsync(1));
            socket.On("null", (Ack ack) => ack.SendAsync((object?)null));
            socket.On("many", (int first, Ack ack) => ack.SendAsync(first, "two", null, true));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("421[\"none\"]", "422[\"one\"]", "423[\"null\"]", "424[\"many\",1]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[1]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("433[null]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("434[1,\"two\",null,true]"));
    }

    [Test]
    public async Task What_a_handler_returns_is_the_answer_also_when_it_is_nothing()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.OnWithAck("null", () => (string?)null);
            socket.OnWithAck("later null", async () =>
            {
                await Task.Yield();
                return (int?)null;
            });
            socket.OnWithAck("list", () => new[] { 1, 2 });
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("421[\"null\"]", "422[\"later null\"]", "423[\"list\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[null]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[null]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("433[[1,2]]"));
    }

    [Test]
    public async Task Only_the_first_answer_is_sent_whoever_gives_it()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("twice", async (Ack ack) =>
            {
                await ack.SendAsync("first");
                await ack.SendAsync("second");
            });
            socket.OnWithAck("two handlers", () => "first");
            socket.OnWithAck("two handlers", () => "second");
            socket.On("mixed", (Ack ack) => ack.SendAsync("first"));
            socket.OnWithAck("mixed", () => "second");
            socket.OnWithAck("end", () => 0);
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("421[\"twice\"]", "422[\"two handlers\"]", "423[\"mixed\"]", "424[\"end\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[\"first\"]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[\"first\"]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("433[\"first\"]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("434[0]"));
    }

    [Test]
    public async Task An_answer_may_come_late_or_never()
    {
        var acks = new Inbox<Ack>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("e", (Ack ack) => acks.Add(ack));
            socket.OnWithAck("end", () => 0);
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("421[\"e\"]", "422[\"e\"]", "423[\"end\"]");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("433[0]"));
        await acks.NextAsync();
        var kept = await acks.NextAsync();
        Assert.That(kept.IsExpected);
        await kept.SendAsync("late");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[\"late\"]"));
    }

    [Test]
    public async Task An_answer_that_nobody_waits_for_is_not_sent()
    {
        var expected = new Inbox<bool>();
        var acks = new Inbox<Ack>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.On("e", async (Ack ack) =>
            {
                expected.Add(ack.IsExpected);
                await ack.SendAsync(1);
            });
            socket.OnWithAck("answer", () => 1);
            socket.On("keep", (Ack ack) => acks.Add(ack));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42[\"e\"]", "42[\"answer\"]", "429[\"keep\"]", "41", "40");
        Assert.That(await expected.NextAsync(), Is.False);
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40{"));
        await (await acks.NextAsync()).SendAsync("to nobody");
        await server.IO.EmitAsync("end");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("42[\"end\"]"));
    }

    [Test]
    public async Task Leading_zeros_of_a_number_are_dropped()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnWithAck("e", () => 1)));
        await using var client = await server.ConnectAsync();

        await client.SendTogetherAsync("42007[\"e\"]", "42000[\"e\"]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("437[1]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("430[1]"));
    }

    [Test]
    public async Task Binary_values_are_answered_in_binary()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnWithAck("e", (byte[] data) => data)));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("451-7[\"e\",{\"_placeholder\":true,\"num\":0}]");
        await client.SendAsync([1, 2, 3]);

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("461-7[{\"_placeholder\":true,\"num\":0}]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("bAQID"));
    }

    [Test]
    public async Task A_client_answers_with_one_value_or_with_many()
    {
        var (server, client, socket) = await ConnectAsync();
        await using var _ = server;
        await using var __ = client;

        var one = socket.EmitWithAckAsync<int>("question", "a", 1);
        var many = socket.EmitWithAckAsync("question");
        var none = socket.EmitWithAckAsync<string?>("question", (object?)null);
        var noArguments = socket.EmitWithAckAsync("question");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"question\",\"a\",1]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("421[\"question\"]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("422[\"question\",null]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("423[\"question\"]"));
        await client.SendTogetherAsync("433[]", "432", "43001[1,\"x\",null]", "430[5,6]");

        Assert.That(await one.Soon(), Is.EqualTo(5));
        var arguments = await many.Soon();
        Assert.That(arguments, Has.Count.EqualTo(3));
        Assert.That((arguments.Get<int>(0), arguments.Get<string>(1), arguments.Get<int?>(2)), Is.EqualTo((1, "x", (int?)null)));
        Assert.That(await none.Soon(), Is.Null);
        Assert.That(await noArguments.Soon(), Is.Empty);
        Assert.That(SocketIOTestServer.PendingAcks(socket), Is.Zero);
    }

    [Test]
    public async Task A_client_answers_in_binary()
    {
        var (server, client, socket) = await ConnectAsync();
        await using var _ = server;
        await using var __ = client;

        var asking = socket.EmitWithAckAsync<byte[]>("question", new byte[] { 9 });
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("451-0[\"question\",{\"_placeholder\":true,\"num\":0}]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("bCQ=="));
        await client.SendAsync("461-0[{\"_placeholder\":true,\"num\":0}]");
        await client.SendAsync([1, 2, 3]);

        Assert.That(await asking.Soon(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task An_answer_of_another_type_fails_the_call_and_nothing_else()
    {
        var (server, client, socket) = await ConnectAsync();
        await using var _ = server;
        await using var __ = client;

        var wrong = socket.EmitWithAckAsync<int>("question");
        var missing = socket.EmitWithAckAsync<int>("question");
        var right = socket.EmitWithAckAsync<int>("question");
        await client.SendTogetherAsync("430[\"no number\"]", "431[]", "432[1]");

        await Assert.ThrowsAsync<EventArgumentException>(() => wrong.Soon());
        await Assert.ThrowsAsync<EventArgumentException>(() => missing.Soon());
        Assert.That(await right.Soon(), Is.EqualTo(1));
        Assert.That(SocketIOTestServer.PendingAcks(socket), Is.Zero);
    }

    [Test]
    public async Task What_a_converter_of_the_application_throws_about_an_answer_reaches_the_caller()
    {
        var (server, client, socket) = await ConnectAsync(options =>
        {
            options.JsonSerializerOptions.Converters.Add(new FailingConverter());
            options.JsonSerializerOptions.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
        });
        await using var _ = server;
        await using var __ = client;

        var asking = socket.EmitWithAckAsync<Odd>("question");
        var broadcast = server.IO.Timeout(Eventually.Patience).EmitWithAckAsync<Odd>("question");
        await client.SendTogetherAsync("430[{}]", "431[{}]");

        await Assert.ThrowsAsync<KeyNotFoundException>(() => asking.Soon());
        Assert.That((await broadcast.Soon()).IsComplete, Is.False);
        Assert.That(socket.Connected);
    }

    [Test]
    public async Task Unknown_numbers_and_second_answers_are_ignored()
    {
        var (server, client, socket) = await ConnectAsync();
        await using var _ = server;
        await using var __ = client;

        var first = socket.EmitWithAckAsync<int>("question");
        await client.SendTogetherAsync("4399[0]", "43[0]", "430[1]", "430[2]", "43999999999999999999[3]");
        Assert.That(await first.Soon(), Is.EqualTo(1));
        var second = socket.EmitWithAckAsync<int>("question");
        await client.SendTogetherAsync("430[4]", "431[5]");

        Assert.That(await second.Soon(), Is.EqualTo(5));
    }

    [Test]
    public async Task Without_an_answer_in_time_the_call_fails_and_a_late_answer_is_ignored()
    {
        var time = new ManualTimeProvider();
        var (server, client, socket) = await ConnectAsync(time: time);
        await using var _ = server;
        await using var __ = client;

        var asking = socket.Timeout(s_fiveSeconds).EmitWithAckAsync<int>("question");
        var patient = socket.EmitWithAckAsync<int>("question");
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.That(asking.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(1));

        var exception = await Assert.ThrowsAsync<AckTimeoutException>(() => asking.Soon());
        Assert.That(exception!.Message, Does.StartWith("operation has timed out").And.Contain("5000 ms").And.Contain(socket.Id));
        Assert.That(SocketIOTestServer.PendingAcks(socket), Is.EqualTo(1));
        await client.SendTogetherAsync("430[1]", "431[2]");
        Assert.That(await patient.Soon(), Is.EqualTo(2));
        Assert.That(SocketIOTestServer.PendingAcks(socket), Is.Zero);
    }

    [Test]
    public async Task A_call_that_is_cancelled_waits_no_longer()
    {
        var (server, client, socket) = await ConnectAsync();
        await using var _ = server;
        await using var __ = client;
        using var cancellation = new CancellationTokenSource();

        var one = socket.EmitWithAckAsync<int>("question", [1], cancellation.Token);
        var all = socket.Timeout(s_fiveSeconds).EmitWithAckAsync("question", [2], cancellation.Token);
        Assert.That(SocketIOTestServer.PendingAcks(socket), Is.EqualTo(2));
        await cancellation.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => one.Soon());
        await Assert.CatchAsync<OperationCanceledException>(() => all.Soon());
        await Assert.CatchAsync<OperationCanceledException>(() => socket.EmitWithAckAsync<int>("question", [3], cancellation.Token));
        Assert.That(SocketIOTestServer.PendingAcks(socket), Is.Zero);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"question\",1]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("421[\"question\",2]"));
        await client.SendTogetherAsync("430[1]", "431[1]", "41", "40");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40{"), "a cancelled call before it is sent sends nothing");
    }

    [Test]
    public async Task A_client_that_leaves_ends_all_calls([Values] bool byServer)
    {
        var (server, client, socket) = await ConnectAsync();
        await using var _ = server;
        await using var __ = client;

        var one = socket.EmitWithAckAsync<int>("question");
        var other = socket.Timeout(s_fiveSeconds).EmitWithAckAsync<int>("question");
        if (byServer)
        {
            await socket.DisconnectAsync();
        }
        else
        {
            await client.SendAsync("41");
        }

        var exception = await Assert.ThrowsAsync<SocketDisconnectedException>(() => one.Soon());
        Assert.That(exception!.Message, Does.Contain(socket.Id));
        await Assert.ThrowsAsync<SocketDisconnectedException>(() => other.Soon());
        await Assert.ThrowsAsync<SocketDisconnectedException>(() => socket.EmitWithAckAsync<int>("question").Soon());
        Assert.That(SocketIOTestServer.PendingAcks(socket), Is.Zero);
    }

    [Test]
    public async Task Calls_and_broadcasts_of_a_namespace_count_together()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.Of("/other"));
        await using var client = await server.ConnectAsync();
        await client.SendAsync("40/other,");
        Assert.That(await client.ReceiveAsync(), Does.StartWith("40/other,{"));
        var main = server.IO.MainNamespace;
        var socket = main.Sockets.Values.Single();

        Task[] calls =
        [
            socket.EmitWithAckAsync<int>("a"),
            main.EmitWithAckAsync<int>("b"),
            socket.EmitWithAckAsync<int>("c"),
            server.IO.Of("/other").EmitWithAckAsync<int>("d"),
        ];

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("420[\"a\"]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("421[\"b\"]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("422[\"c\"]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("42/other,0[\"d\"]"));
        await client.SendTogetherAsync("43/other,0[1]", "432[1]", "431[1]", "430[1]");
        await Task.WhenAll(calls).Soon();
    }

    [Test]
    public async Task What_cannot_be_sent_is_not_waited_for()
    {
        var (server, client, socket) = await ConnectAsync();
        await using var _ = server;
        await using var __ = client;

        await Assert.CatchAsync<Exception>(() => socket.EmitWithAckAsync<int>("question", (object)(Action)(() => { })));
        await Assert.CatchAsync<ArgumentException>(() => socket.EmitWithAckAsync<int>("disconnect", 1));

        Assert.That(SocketIOTestServer.PendingAcks(socket), Is.Zero);
    }

    private static async Task<(SocketIOTestServer Server, RawWebSocket Client, IServerSocket Socket)> ConnectAsync(
        Action<SocketIOOptions>? options = null, TimeProvider? time = null)
    {
        var sockets = new Inbox<IServerSocket>();
        var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(sockets.Add), options, time);
        var client = await server.ConnectAsync();
        return (server, client, await sockets.NextAsync());
    }

    private sealed record Odd;

    private sealed class FailingConverter : JsonConverter<Odd>
    {
        public override Odd Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new KeyNotFoundException("on purpose");

        public override void Write(Utf8JsonWriter writer, Odd value, JsonSerializerOptions options) => throw new KeyNotFoundException("on purpose");
    }
}
