using Microsoft.AspNetCore.Builder;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests.Review;

/// <summary>One argument expression is one argument on the wire, an array of texts and null included, whatever the method.</summary>
public sealed class SingleArgumentsTests
{
    private static readonly string[] s_texts = ["a", "b"];

    [Test]
    public async Task An_answer([Values] bool isNull)
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
            socket.On("q", (Ack ack) => isNull ? ack.SendAsync(null) : ack.SendAsync(s_texts))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("""421["q"]""");

        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo(isNull ? "431[null]" : """431[["a","b"]]"""));
    }

    [Test]
    public async Task An_event_named_message()
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.SendAsync(s_texts)));
        await using var client = await server.ConnectAsync();

        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("""42["message",["a","b"]]"""));
    }

    [Test]
    public async Task An_event_whose_answer_is_wanted_with_all_its_arguments()
    {
        var connected = new Inbox<IServerSocket>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(connected.Add));
        await using var client = await server.ConnectAsync();
        var socket = await connected.NextAsync();

        var answering = socket.EmitWithAckAsync("q", s_texts);
        Assert.That(await client.ReceiveAsync().Soon(), Is.EqualTo("""420["q",["a","b"]]"""));
        await client.SendAsync("430[1,2]");

        Assert.That((await answering.Soon()).Get<int>(1), Is.EqualTo(2));
    }
}
