using System.Text;
using Microsoft.Extensions.Logging;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Bad input is an expected event: each kind gives one Debug line, and no payload is ever logged.</summary>
public sealed class LoggingTests
{
    private const string Secret = "s3cr3t";

    private static readonly (string Kind, string Request)[] s_badRequests =
    [
        ("no transport", "GET /engine.io/"),
        ("unknown transport", $"GET /engine.io/?EIO=4&transport={Secret}"),
        ("foreign origin", "GET /engine.io/?EIO=4&transport=polling&sid=SID|Origin: https://stranger.example"),
        ("unknown session", $"GET /engine.io/?EIO=4&transport=polling&sid={Secret}"),
        ("wrong transport", "GET /engine.io/?EIO=4&transport=websocket&sid=SID"),
        ("wrong protocol", "GET /engine.io/?EIO=3&transport=polling&sid=SID"),
        ("wrong method of a handshake", "POST /engine.io/?EIO=4&transport=polling|Content-Length: 0"),
        ("wrong method of a session", "DELETE /engine.io/?EIO=4&transport=polling&sid=SID"),
        ("no upgrade", "GET /engine.io/?EIO=4&transport=websocket"),
        ("old protocol", "GET /engine.io/?EIO=3&transport=polling"),
    ];

    private static IEnumerable<TestCaseData> BadRequests() => s_badRequests.Select(static bad => new TestCaseData(bad.Request).SetArgDisplayNames(bad.Kind));

    [TestCaseSource(nameof(BadRequests))]
    public async Task A_bad_request(string request)
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.AllowedOrigins = ["https://friend.example"]);
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var before = engine.Log.Lines.Count;
        var parts = request.Replace("SID", client.Sid, StringComparison.Ordinal).Split('|');

        var answer = await engine.RequestAsync(parts[0], parts[1..]);

        Assert.That(answer.Status, Is.InRange(400, 405));
        AssertOneDebugLine(engine, before);
    }

    [TestCase("/engine.io/?EIO=4&transport=nothing")]
    [TestCase("/engine.io/?EIO=4&transport=websocket&sid=unknown")]
    public async Task A_bad_upgrade(string target)
    {
        await using var engine = await HostedEngine.StartAsync();

        await RawWebSocket.ExpectRefusalAsync(engine.Address, target);

        AssertOneDebugLine(engine, 0);
    }

    [TestCase("GET /engine.io/?EIO=4&transport=websocket", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")]
    [TestCase("GET /engine.io/?EIO=4&transport=websocket", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 12", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")]
    [TestCase("GET /engine.io/?EIO=4&transport=websocket", "Upgrade: other", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")]
    public async Task A_bad_websocket_handshake(string request, params string[] headers)
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var connection = await RawHttpConnection.ConnectAsync(engine.Address);

        await connection.WriteHeadAsync(request + " HTTP/1.1", headers);

        Assert.That((await connection.ReadResponseAsync()).Status, Is.EqualTo(400));
        AssertOneDebugLine(engine, 0);
    }

    [Test]
    public async Task A_websocket_for_a_session_that_has_one()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.ConnectAsync();
        var before = engine.Log.Lines.Count;

        await using var second = await client.OpenProbeAsync();

        Assert.That(await second.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        AssertOneDebugLine(engine, before);
    }

    [Test]
    public async Task A_websocket_that_asks_for_polling()
    {
        await using var engine = await HostedEngine.StartAsync();

        await using var webSocket = await RawWebSocket.ConnectAsync(engine.Address, "/engine.io/?EIO=4&transport=polling");

        Assert.That(await webSocket.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        AssertOneDebugLine(engine, 0);
    }

    [Test]
    public async Task A_body_that_is_too_large()
    {
        await using var engine = await HostedEngine.StartAsync(static options => options.MaxHttpBufferSize = 10);
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var before = engine.Log.Lines.Count;

        Assert.That((await client.SendPostAsync("4" + Secret + Secret)).Status, Is.EqualTo(413));

        AssertOneDebugLine(engine, before);
    }

    [TestCase("")]
    [TestCase("x" + Secret)]
    [TestCase("4hello\u001ex" + Secret)]
    [TestCase("2")]
    [TestCase("1")]
    public async Task A_bad_payload(string payload)
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var before = engine.Log.Lines.Count;

        Assert.That((await client.SendPostAsync(payload)).Body, Is.EqualTo("ok"));
        await engine.Handler.NextCloseAsync();

        AssertOneDebugLine(engine, before);
    }

    [Test]
    public async Task A_payload_that_is_no_text()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var before = engine.Log.Lines.Count;

        Assert.That((await client.SendPostAsync(Encoding.ASCII.GetBytes("4" + Secret), "application/octet-stream")).Status, Is.EqualTo(400));
        await engine.Handler.NextCloseAsync();

        AssertOneDebugLine(engine, before);
    }

    [Test]
    public async Task A_body_that_breaks_off()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var before = engine.Log.Lines.Count;
        var arrived = engine.WhenNextRequestArrivesAsync();
        var post = await client.BeginPostAsync(100, "4" + Secret);
        await arrived;

        post.Reset();
        await engine.Handler.NextCloseAsync();

        AssertOneDebugLine(engine, before);
    }

    private static readonly (string Kind, byte[] Frame)[] s_badFrames =
    [
        ("unknown packet", RawWebSocket.CreateFrame(1, "x"u8.ToArray())),
        ("empty text", RawWebSocket.CreateFrame(1, [])),
        ("ping from a client", RawWebSocket.CreateFrame(1, "2"u8.ToArray())),
        ("invalid UTF-8", RawWebSocket.CreateFrame(1, [0x34, 0xC3, 0x28])),
        ("reserved bits", RawWebSocket.CreateFrame(1, "4a"u8.ToArray(), reserved: 3)),
        ("unmasked", RawWebSocket.CreateFrame(1, "4unmasked"u8.ToArray(), isMasked: false)),
        ("too large", RawWebSocket.CreateFrame(1, new byte[20_000])),
        ("continuation of nothing", RawWebSocket.CreateFrame(0, "4a"u8.ToArray())),
        ("reserved opcode", RawWebSocket.CreateFrame(5, [])),
        ("close with a bad code", RawWebSocket.CreateFrame(8, [0, 1])),
    ];

    private static IEnumerable<TestCaseData> BadFrames()
        => from bad in s_badFrames
           from webSocketEngine in Enum.GetValues<WebSocketEngine>()
           select new TestCaseData(webSocketEngine, bad.Frame).SetArgDisplayNames(bad.Kind, webSocketEngine.ToString());

    [TestCaseSource(nameof(BadFrames))]
    public async Task A_bad_frame(WebSocketEngine webSocketEngine, byte[] frame)
    {
        await using var engine = await HostedEngine.StartAsync(options =>
        {
            options.WebSocketEngine = webSocketEngine;
            options.MaxHttpBufferSize = 10_000;
        });
        await using var client = engine.CreateClient();
        var webSocket = await client.ConnectAsync();
        var before = engine.Log.Lines.Count;

        await webSocket.Connection.WriteAsync(frame);
        await engine.Handler.NextCloseAsync();

        AssertOneDebugLine(engine, before);
    }

    [Test]
    public async Task Garbage_on_the_connection_that_probes()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient();
        await client.HandshakeAsync();
        var before = engine.Log.Lines.Count;
        var probe = await client.ProbeAsync();

        await probe.SendAsync("4" + Secret);

        Assert.That(await probe.ReceiveCloseAsync(), Is.EqualTo(RawWebSocket.NoCode));
        AssertOneDebugLine(engine, before);
    }

    [Test]
    public async Task A_legal_life_logs_its_stations_and_nothing_it_carries()
    {
        await using var engine = await HostedEngine.StartAsync();
        await using var client = engine.CreateClient(query: "token=" + Secret);
        await client.HandshakeAsync();
        await client.PostAsync("4" + Secret);
        Assert.That(await client.GetAsync(), Is.EqualTo("4" + Secret));
        var webSocket = await client.UpgradeAsync();
        await webSocket.SendAsync("4" + Secret);
        Assert.That(await webSocket.ReceiveAsync(), Is.EqualTo("4" + Secret));
        await webSocket.CloseAsync(1000);
        await engine.Handler.NextCloseAsync();

        Assert.That(engine.Log.Lines.Where(IsOurs).Select(static line => line.EventName), Is.EqualTo(new[] { "Opened", "Upgraded", "Closed" }));
        Assert.That(engine.Log.Lines.Select(static line => line.ToString()), Has.None.Contains(Secret));
    }

    private static bool IsOurs(LogLine line) => line.Category.StartsWith("SocketIoSharp", StringComparison.Ordinal);

    private static void AssertOneDebugLine(HostedEngine engine, int before)
    {
        var lines = engine.Log.Lines.Skip(before).ToArray();
        Assert.That(lines.Where(IsOurs).Select(static line => line.Level), Is.EqualTo(new[] { LogLevel.Debug }), string.Join('\n', lines.Select(static line => line.ToString())));
        Assert.That(lines.Select(static line => line.ToString()), Has.None.Contains(Secret));
    }
}
