namespace SocketIoSharp.EngineIO.Tests;

public sealed class JsonpBehaviourTests
{
    private const string Form = "application/x-www-form-urlencoded";

    private static Task<EngineTestServer> StartAsync(RecordingHandler handler)
        => EngineTestServer.StartAsync(handler, static options => options.AllowEIO3 = true);

    private static RawClientOptions Jsonp(int protocol, string index = "7") => new() { Protocol = protocol, Query = "b64=1&j=" + index };

    [TestCase(4, "0", "0")]
    [TestCase(4, "12", "12")]
    [TestCase(4, "a1b2);alert(3", "123")]
    [TestCase(4, "", "")]
    [TestCase(3, "5", "5")]
    public async Task The_handshake_is_a_call_of_the_clients_function(int protocol, string index, string digits)
    {
        await using var server = await StartAsync(new RecordingHandler());
        await using var client = server.CreateClient(Jsonp(protocol, index));

        var response = await client.SendGetAsync();

        Assert.That(response.Body, Does.StartWith($"___eio[{digits}](\""));
        Assert.That(response.Body, Does.Contain("0{\\\"sid\\\":\\\""));
        Assert.That(response.Body, Does.EndWith("}\");"));
        Assert.That(response.Header("Content-Type"), Is.EqualTo("text/plain; charset=UTF-8"));
    }

    [TestCase(4, "4a\u2028b\"\\\n", "___eio[7](\"4a\\u2028b\\\"\\\\\\n\");")]
    [TestCase(3, "7:4a\u2028b\"\\\n", "___eio[7](\"7:4a\\u2028b\\\"\\\\\\n\");")]
    public async Task What_goes_round_is_escaped(int protocol, string payload, string answer)
    {
        var handler = RecordingHandler.Echo();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(Jsonp(protocol));
        await client.HandshakeAsync();

        // The form doubles a backslash that stands before an n, and so must a client.
        var response = await client.SendPostAsync("d=" + Uri.EscapeDataString(payload), Form);

        Assert.That(response.ToString(), Is.EqualTo("200 ok"));
        Assert.That(response.Header("Content-Type"), Is.EqualTo("text/html"));
        Assert.That(await handler.NextTextAsync(), Is.EqualTo("a\u2028b\"\\\n"));
        Assert.That((await client.SendGetAsync()).Body, Is.EqualTo(answer));
    }

    [TestCase("d=4a%5Cnb", "a\nb")]
    [TestCase("d=4a%5C%5Cnb", "a\\nb")]
    [TestCase("d=4a+b", "a b")]
    [TestCase("d=4a%2Bb", "a+b")]
    [TestCase("x=4no&d=4yes", "yes")]
    public async Task The_form_is_decoded(string form, string message)
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(Jsonp(4));
        await client.HandshakeAsync();

        await client.SendPostAsync(form, Form);

        Assert.That(await handler.NextTextAsync(), Is.EqualTo(message));
    }

    [Test]
    public async Task A_form_without_the_field_is_ignored()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(Jsonp(4));
        await client.HandshakeAsync();

        Assert.That((await client.SendPostAsync("e=4a", Form)).ToString(), Is.EqualTo("200 ok"));
        Assert.That((await client.SendPostAsync("d=4b", Form)).ToString(), Is.EqualTo("200 ok"));

        Assert.That(await handler.NextTextAsync(), Is.EqualTo("b"));
        Assert.That(handler.Closed.Count, Is.Zero);
    }

    [Test]
    public async Task The_index_of_the_handshake_serves_the_whole_session()
    {
        await using var server = await StartAsync(RecordingHandler.Echo());
        await using var client = server.CreateClient(Jsonp(4));
        await client.HandshakeAsync();
        await client.SendPostAsync("d=4a", Form);

        var response = await client.SendAsync(HttpMethod.Get, $"/engine.io/?EIO=4&transport=polling&sid={client.Sid}&j=99");

        Assert.That(response.Body, Is.EqualTo("___eio[7](\"4a\");"));
    }

    [Test]
    public async Task Binary_goes_as_base64()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(Jsonp(3));
        await client.HandshakeAsync();

        (await handler.Opened.NextAsync()).TrySendBinary([1, 2, 255]);

        Assert.That((await client.SendGetAsync()).Body, Is.EqualTo("___eio[7](\"6:b4AQL/\");"));
    }

    [Test]
    public async Task The_close_packet_is_a_call_too()
    {
        var handler = new RecordingHandler();
        await using var server = await StartAsync(handler);
        await using var client = server.CreateClient(Jsonp(4));
        await client.HandshakeAsync();

        (await handler.Opened.NextAsync()).Close();

        Assert.That((await client.SendGetAsync()).Body, Is.EqualTo("___eio[7](\"6\\u001e1\");"));
    }
}
