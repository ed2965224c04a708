using System.Text;
using Microsoft.AspNetCore.Builder;
using SocketIoSharp.EngineIO;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>What went wrong in servers of this family with packets that are not what they should be, one test for each.</summary>
public sealed class PacketLedgerTests
{
    [TestCase("42")]
    [TestCase("43")]
    [TestCase("45")]
    [TestCase("46")]
    [TestCase("42/a,")]
    public async Task Cve_2020_36049_digits_of_a_header_are_bounded(string start)
    {
        await using var server = await SocketIOTestServer.StartAsync(io => io.Of("/a"));
        await using var client = await server.ConnectAsync();

        await client.SendAsync(start + new string('9', 500_000));

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
    }

    [TestCase("-1")]
    [TestCase("1")]
    [TestCase("0.5")]
    [TestCase("\"0\"")]
    [TestCase("\"splice\"")]
    [TestCase("null")]
    public async Task Cve_2022_2421_the_number_of_a_placeholder_is_validated(string number)
    {
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnError(error => errors.Add(error.Message))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync($"451-[\"x\",{{\"_placeholder\":true,\"num\":{number}}}]");
        await client.SendAsync([1]);

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await errors.NextAsync(), Is.EqualTo("illegal attachments"));
    }

    [TestCase("[{\"toString\":\"x\"}]")]
    [TestCase("[null]")]
    [TestCase("[[\"x\"]]")]
    [TestCase("[]")]
    public async Task Cve_2023_32695_the_name_of_an_event_is_a_text_or_a_number(string payload)
    {
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket =>
        {
            socket.OnAny(_ => Assert.Fail("such an event must not be seen"));
            socket.OnError(error => errors.Add(error.Message));
        }));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42" + payload);

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await errors.NextAsync(), Is.EqualTo("invalid payload"));
    }

    [TestCase("450-[\"x\"]")]
    [TestCase("450-")]
    [TestCase("460-1[]")]
    [TestCase("45-[\"x\"]")]
    public async Task Cve_2026_69185_binary_packet_with_zero_attachments_is_rejected(string packet)
    {
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnError(error => errors.Add(error.Message))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync(packet);

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await errors.NextAsync(), Is.EqualTo("Illegal attachments"));
    }

    [Test]
    public async Task Cve_2026_45591_the_depth_of_a_payload_is_limited()
    {
        var errors = new Inbox<string>();
        await using var server = await SocketIOTestServer.StartAsync(io => io.OnConnection(socket => socket.OnError(error => errors.Add(error.Message))));
        await using var client = await server.ConnectAsync();

        await client.SendAsync("42[\"x\"," + new string('[', 200_000) + new string(']', 200_000) + "]");

        Assert.That(await client.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        Assert.That(await errors.NextAsync(), Does.Contain("MaxPayloadDepth"));
    }

    [Test]
    public async Task The_deepest_payload_that_is_allowed_can_be_read_and_sent_back()
    {
        await using var server = await SocketIOTestServer.StartAsync(
            io => io.OnConnection(socket =>
            {
                socket.OnAny(_ => { });
                socket.OnWithAck("x", (EventArgument argument) => argument);
            }),
            options => options.MaxPayloadDepth = 1_000);
        await using var client = await server.ConnectAsync();
        var deep = new string('[', 999) + new string(']', 999);

        await client.SendAsync($"421[\"x\",{deep}]");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo($"431[{deep}]"));
    }

    [Test]
    public void Floods_of_packets_that_cannot_be_read_cost_no_memory()
    {
        var decoder = new JsonPacketDecoder(new PacketLimits(10, 1_000, 64, 512));
        EngineIOMessage[] flood =
        [
            Text("7"), Text("2[\"connect\"]"), Text("2[\"x\""), Text("50-[]"), Text("2[\"x\"," + new string('[', 1_000)),
            Text("0/" + new string('a', 1_000)), Text("2" + new string('9', 1_000)), new(new byte[1_000], IsBinary: true),
        ];
        RunFlood(100);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        RunFlood(5_000);

        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(100_000));

        void RunFlood(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                foreach (var message in flood)
                {
                    Assert.That(decoder.Decode(message, out _, out _), Is.EqualTo(PacketDecodeResult.Invalid));
                }
            }
        }

        static EngineIOMessage Text(string text) => new(Encoding.UTF8.GetBytes(text), IsBinary: false);
    }
}
