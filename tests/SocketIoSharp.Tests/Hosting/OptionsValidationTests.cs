using Microsoft.Extensions.Options;

namespace SocketIoSharp.Tests.Hosting;

/// <summary>Settings that make no sense keep the application from starting, and the message names the option.</summary>
public sealed class OptionsValidationTests
{
    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case(nameof(SocketIOOptions.ConnectTimeout), static options => options.ConnectTimeout = TimeSpan.Zero);
        yield return Case(nameof(SocketIOOptions.BroadcastAckTimeout), static options => options.BroadcastAckTimeout = TimeSpan.Zero);
        yield return Case(nameof(SocketIOOptions.MaxConcurrentEventsPerSocket), static options => options.MaxConcurrentEventsPerSocket = 0);
        yield return Case(nameof(SocketIOOptions.MaxQueuedEventsPerSocket), static options => options.MaxQueuedEventsPerSocket = 0);
        yield return Case(nameof(SocketIOOptions.MaxQueuedBytesPerClient), static options => options.MaxQueuedBytesPerClient = 0);
        yield return Case(nameof(SocketIOOptions.MaxQueuedEventsWhileAwaitingAck), static options => options.MaxQueuedEventsWhileAwaitingAck = 1);
        yield return Case(nameof(SocketIOOptions.MaxQueuedBytesWhileAwaitingAck), static options => options.MaxQueuedBytesWhileAwaitingAck = 0);
        yield return Case(nameof(SocketIOOptions.MaxAttachments), static options => options.MaxAttachments = 0);
        yield return Case(nameof(SocketIOOptions.MaxAttachmentBytes), static options => options.MaxAttachmentBytes = 0);
        yield return Case(nameof(SocketIOOptions.MaxPayloadDepth), static options => options.MaxPayloadDepth = 1);
        yield return Case(nameof(SocketIOOptions.MaxPayloadDepth), static options => options.MaxPayloadDepth = 1_001);
        yield return Case(nameof(SocketIOOptions.MaxNamespaceLength), static options => options.MaxNamespaceLength = 0);
        yield return Case(nameof(SocketIOOptions.MaxNamespacesPerClient), static options => options.MaxNamespacesPerClient = 0);
        yield return Case(nameof(SocketIOOptions.MaxChildNamespaces), static options => options.MaxChildNamespaces = 0);
        yield return Case(nameof(SocketIOOptions.Parser), static options => options.Parser = null!);
        yield return Case("ConnectionStateRecovery.MaxDisconnectionDuration", static options => options.ConnectionStateRecovery = new() { MaxDisconnectionDuration = TimeSpan.Zero });
        yield return Case("ConnectionStateRecovery.MaxBytesPerNamespace", static options => options.ConnectionStateRecovery = new() { MaxBytesPerNamespace = 0 });
        yield return Case("ConnectionStateRecovery.MaxBytes", static options => options.ConnectionStateRecovery = new() { MaxBytes = 0 });
        yield return Case("ConnectionStateRecovery.MaxSessions", static options => options.ConnectionStateRecovery = new() { MaxSessions = 0 });
        yield return Case(nameof(SocketIOOptions.PingInterval), static options => options.PingInterval = TimeSpan.Zero);
    }

    [TestCaseSource(nameof(Wrong))]
    public void A_setting_that_makes_no_sense_is_named_at_start(string option, Action<SocketIOOptions> configure)
        => Assert.That(
            () => SocketIOTestServer.StartAsync(static _ => { }, configure),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains(option + " "));

    [Test]
    public async Task Bounds_can_be_lifted_with_null()
    {
        await using var server = await SocketIOTestServer.StartAsync(static _ => { }, static options =>
        {
            options.MaxQueuedEventsWhileAwaitingAck = null;
            options.MaxQueuedBytesWhileAwaitingAck = null;
            options.MaxAttachmentBytes = null;
            options.MaxNamespacesPerClient = null;
            options.MaxChildNamespaces = null;
            options.ConnectionStateRecovery = new() { MaxBytesPerNamespace = null, MaxBytes = null, MaxSessions = null };
        });

        Assert.That(server.IO.Options.MaxNamespacesPerClient, Is.Null);
    }

    private static TestCaseData Case(string option, Action<SocketIOOptions> configure) => new TestCaseData(option, configure).SetArgDisplayNames(option);
}
