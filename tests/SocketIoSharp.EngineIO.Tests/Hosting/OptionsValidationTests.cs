using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.EngineIO.Tests;

/// <summary>Options that cannot work stop the application from starting, with a message that names them.</summary>
public sealed class OptionsValidationTests
{
    private static IEnumerable<TestCaseData> Mistakes()
    {
        yield return Case("PingInterval", static options => options.PingInterval = TimeSpan.Zero);
        yield return Case("PingTimeout", static options => options.PingTimeout = TimeSpan.FromSeconds(-1));
        yield return Case("UpgradeTimeout", static options => options.UpgradeTimeout = Timeout.InfiniteTimeSpan);
        yield return Case("PingInterval", static options => options.PingInterval = TimeSpan.MaxValue);
        yield return Case("MaxMessageTime", static options => options.MaxMessageTime = TimeSpan.Zero);
        yield return Case("MaxHttpBufferSize", static options => options.MaxHttpBufferSize = 0);
        yield return Case("MaxHttpBufferSize", static options => options.MaxHttpBufferSize = long.MaxValue);
        yield return Case("MaxFramesPerMessage", static options => options.MaxFramesPerMessage = 0);
        yield return Case("MaxPendingControlFrames", static options => options.MaxPendingControlFrames = -1);
        yield return Case("MaxOutgoingBytes", static options => options.MaxOutgoingBytes = 0);
        yield return Case("MaxConcurrentHandshakes", static options => options.MaxConcurrentHandshakes = 0);
        yield return Case("Transports", static options => options.Transports = []);
        yield return Case("Transports", static options => options.Transports = [EngineIOTransportType.Polling, EngineIOTransportType.Polling]);
        yield return Case("Transports", static options => options.Transports = [(EngineIOTransportType)7]);
        yield return Case("HttpCompression.Threshold", static options => options.HttpCompression = new HttpCompressionOptions { Threshold = -1 });
        yield return Case("PerMessageDeflate.Threshold", static options => options.PerMessageDeflate = new PerMessageDeflateOptions { Threshold = -1 });
        yield return Case("Cookie", static options => options.Cookie = new CookieBuilder { Name = "a=b" });
        yield return Case("Cookie", static options => options.Cookie = new CookieBuilder { Name = "io", Path = "/; Domain=evil.example" });
        yield return Case("AllowedOrigins", static options => options.AllowedOrigins = ["https://a.example/"]);
        yield return Case("CorsDelegate", static options =>
        {
            options.Cors = new EngineIOCorsOptions();
            options.CorsDelegate = static _ => ValueTask.FromResult<EngineIOCorsOptions?>(null);
        });
        yield return Case("OptionsSuccessStatus", static options => options.Cors = new EngineIOCorsOptions { OptionsSuccessStatus = 100 });

        static TestCaseData Case(string name, Action<EngineIOOptions> mistake) => new TestCaseData(name, mistake).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Mistakes))]
    public void The_message_names_the_option(string name, Action<EngineIOOptions> mistake)
        => Assert.That(() => HostedEngine.StartAsync(mistake), Throws.InstanceOf<Exception>().With.Message.Contains(name));

    [Test]
    public void Several_mistakes_are_told_together()
        => Assert.That(
            () => HostedEngine.StartAsync(static options =>
            {
                options.PingInterval = TimeSpan.Zero;
                options.MaxOutgoingBytes = 0;
            }),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("PingInterval").And.Message.Contains("MaxOutgoingBytes"));

    [Test]
    public void A_keyed_server_is_checked_too()
        => Assert.That(
            () => HostedEngine.StartAsync(new EngineSetup
            {
                Services = static builder => builder.Services.AddEngineIO("news", static options => options.PingTimeout = TimeSpan.Zero),
                After = static app => app.MapEngineIO("/news", RecordingHandler.Echo(), "news"),
            }),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("PingTimeout"));

    [Test]
    public void Options_are_checked_even_where_nothing_is_mapped()
        => Assert.That(
            () => HostedEngine.StartAsync(new EngineSetup
            {
                IsMapped = false,
                Services = static builder => builder.Services.AddEngineIO(static options => options.PingTimeout = TimeSpan.Zero),
            }),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("PingTimeout"));

    [Test]
    public async Task The_widest_values_are_accepted()
    {
        await using var engine = await HostedEngine.StartAsync(static options =>
        {
            options.PingInterval = options.PingTimeout = options.UpgradeTimeout = TimeSpan.FromDays(30);
            options.MaxMessageTime = Timeout.InfiniteTimeSpan;
            options.MaxFramesPerMessage = null;
            options.MaxPendingControlFrames = null;
            options.MaxOutgoingBytes = null;
            options.HttpCompression = null;
        });
        await using var client = engine.CreateClient();

        Assert.That(await client.HandshakeAsync(), Does.Contain("\"pingInterval\":2592000000"));
    }
}
