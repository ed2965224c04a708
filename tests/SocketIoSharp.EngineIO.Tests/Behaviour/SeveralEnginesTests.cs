namespace SocketIoSharp.EngineIO.Tests;

public sealed class SeveralEnginesTests
{
    [Test]
    public async Task Two_engines_have_their_own_options_sessions_and_handlers()
    {
        var chat = RecordingHandler.Echo();
        var feed = new RecordingHandler();
        await using var server = await EngineTestServer.StartAsync(new EngineTestServerSettings
        {
            Handler = chat,
            Path = "/chat",
            Engines = [new FurtherEngine("feed", "/feed", feed, static options => options.MaxHttpBufferSize = 77)],
        });
        await using var first = server.CreateClient(new RawClientOptions { Path = "/chat/" });
        await using var second = server.CreateClient(new RawClientOptions { Path = "/feed/" });

        Assert.That(await first.HandshakeAsync(), Does.Contain("\"maxPayload\":1000000"));
        Assert.That(await second.HandshakeAsync(), Does.Contain("\"maxPayload\":77"));
        await first.PostAsync("4a");
        await second.PostAsync("4b");

        Assert.That(await chat.NextTextAsync(), Is.EqualTo("a"));
        Assert.That(await feed.NextTextAsync(), Is.EqualTo("b"));
        Assert.That((await second.SendAsync(HttpMethod.Get, $"/feed/?EIO=4&transport=polling&sid={first.Sid}")).Status, Is.EqualTo(400));
    }

    [TestCase("/engine.io/?EIO=4&transport=polling", 200)]
    [TestCase("/engine.io/x/y?EIO=4&transport=polling", 200)]
    [TestCase("/engine.io?EIO=4&transport=polling", 404)]
    [TestCase("/Engine.io/?EIO=4&transport=polling", 404)]
    [TestCase("/other/?EIO=4&transport=polling", 404)]
    [TestCase("/engine.iox/?EIO=4&transport=polling", 404)]
    public async Task What_begins_with_the_path_is_the_engines(string target, int status)
    {
        await using var server = await EngineTestServer.StartAsync();
        await using var client = server.CreateClient();

        Assert.That((await client.SendAsync(HttpMethod.Get, target)).Status, Is.EqualTo(status));
    }
}
