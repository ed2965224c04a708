using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>Answers of many clients to one broadcast.</summary>
public sealed class BroadcastAcknowledgementTests
{
    private static readonly TimeSpan s_fiveSeconds = TimeSpan.FromSeconds(5);

    [Test]
    public async Task All_answers_are_gathered_in_the_order_of_their_arrival()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var first = await server.ConnectAsync();
        await using var second = await server.ConnectAsync();

        var asking = server.IO.EmitWithAckAsync<int>("question", 1);
        Assert.That(await first.ReceiveAsync(), Is.EqualTo("420[\"question\",1]"));
        Assert.That(await second.ReceiveAsync(), Is.EqualTo("420[\"question\",1]"));
        await second.SendAsync("430[2,\"only the first counts\"]");
        await Eventually.True(() => PendingAcks(server) == 1);
        Assert.That(asking.IsCompleted, Is.False);
        await first.SendAsync("430[1]");

        var answers = await asking.Soon();
        Assert.That(answers.IsComplete);
        Assert.That(answers.Responses, Is.EqualTo(new[] { 2, 1 }));
    }

    [Test]
    public async Task At_the_deadline_those_that_came_are_the_result_and_late_ones_are_ignored()
    {
        var time = new ManualTimeProvider();
        await using var server = await SocketIOTestServer.StartAsync(_ => { }, time: time);
        await using var first = await server.ConnectAsync();
        await using var second = await server.ConnectAsync();

        var asking = server.IO.Timeout(TimeSpan.FromSeconds(2)).EmitWithAckAsync<int>("question");
        await first.SendAsync("430[1]");
        await Eventually.True(() => PendingAcks(server) == 1);
        time.Advance(TimeSpan.FromSeconds(2));

        var answers = await asking.Soon();
        Assert.That(answers.IsComplete, Is.False);
        Assert.That(answers.Responses, Is.EqualTo(new[] { 1 }));
        Assert.That(PendingAcks(server), Is.Zero);
        Assert.That(await second.ReceiveAsync(), Is.EqualTo("420[\"question\"]"));
        await second.SendTogetherAsync("430[2]", "41", "40");
        Assert.That(await second.ReceiveAsync(), Does.StartWith("40{"));
        Assert.That(answers.Responses, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Without_a_timeout_of_its_own_the_option_counts()
    {
        var time = new ManualTimeProvider();
        await using var server = await SocketIOTestServer.StartAsync(_ => { }, options => options.BroadcastAckTimeout = TimeSpan.FromSeconds(3), time);
        await using var client = await server.ConnectAsync();

        var asking = server.IO.EmitWithAckAsync<int>("question");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(asking.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.That((await asking.Soon()).IsComplete, Is.False);
    }

    [Test]
    public async Task With_nobody_to_ask_the_result_is_empty_and_complete()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var client = await server.ConnectAsync();

        var answers = await server.IO.To("nowhere").EmitWithAckAsync<int>("question").Soon();

        Assert.That(answers.IsComplete);
        Assert.That(answers.Responses, Is.Empty);
    }

    [Test]
    public async Task A_client_that_leaves_makes_the_result_incomplete_at_once([Values] bool isLost)
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var first = await server.ConnectAsync();
        await using var second = await server.ConnectAsync();

        var asking = server.IO.Timeout(TimeSpan.FromHours(1)).EmitWithAckAsync<int>("question");
        await first.SendAsync("430[1]");
        if (isLost)
        {
            second.Reset();
        }
        else
        {
            await second.SendAsync("41");
        }

        var answers = await asking.Soon();
        Assert.That(answers.IsComplete, Is.False);
        Assert.That(answers.Responses, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task An_answer_of_another_type_is_as_good_as_none()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var first = await server.ConnectAsync();
        await using var second = await server.ConnectAsync();

        var asking = server.IO.Timeout(TimeSpan.FromHours(1)).EmitWithAckAsync<int>("question");
        await first.SendAsync("430[\"no number\"]");
        await second.SendAsync("430[2]");

        var answers = await asking.Soon();
        Assert.That(answers.IsComplete, Is.False);
        Assert.That(answers.Responses, Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task A_client_answers_once_and_for_itself_alone()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var first = await server.ConnectAsync();
        await using var second = await server.ConnectAsync();

        var asking = server.IO.Timeout(s_fiveSeconds).EmitWithAckAsync<int>("question");
        await first.SendTogetherAsync("430[1]", "430[1]", "430[1]");
        await Eventually.True(() => PendingAcks(server) == 1);
        Assert.That(asking.IsCompleted, Is.False);
        await second.SendAsync("430[2]");

        Assert.That((await asking.Soon()).Responses, Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Answers_without_a_value_count_where_the_type_allows_it()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var client = await server.ConnectAsync();

        var texts = server.IO.EmitWithAckAsync<string?>("question");
        var numbers = server.IO.EmitWithAckAsync<int>("question");
        await client.SendTogetherAsync("430[]", "431");

        Assert.That((await texts.Soon()).Responses, Is.EqualTo(new string?[] { null }));
        Assert.That((await numbers.Soon()).IsComplete, Is.False);
    }

    [Test]
    public async Task Binary_values_go_there_and_back()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var client = await server.ConnectAsync();

        var asking = server.IO.EmitWithAckAsync<byte[]>("question", new byte[] { 9 });
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("451-0[\"question\",{\"_placeholder\":true,\"num\":0}]"));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("bCQ=="));
        await client.SendAsync("461-0[{\"_placeholder\":true,\"num\":0}]");
        await client.SendAsync([1, 2, 3]);

        Assert.That((await asking.Soon()).Responses[0], Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_call_that_is_cancelled_waits_no_longer()
    {
        await using var server = await SocketIOTestServer.StartAsync(_ => { });
        await using var client = await server.ConnectAsync();
        using var cancellation = new CancellationTokenSource();

        var asking = server.IO.EmitWithAckAsync<int>("question", [1], cancellation.Token);
        Assert.That(PendingAcks(server), Is.EqualTo(1));
        await cancellation.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => asking.Soon());
        Assert.That(PendingAcks(server), Is.Zero);
    }

    private static int PendingAcks(SocketIOTestServer server) => server.IO.MainNamespace.Sockets.Values.Sum(SocketIOTestServer.PendingAcks);
}
