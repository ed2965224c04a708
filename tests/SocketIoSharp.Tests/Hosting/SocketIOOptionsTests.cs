namespace SocketIoSharp.Tests;

/// <summary>Settings that cannot work are refused when the application starts.</summary>
public sealed class SocketIOOptionsTests
{
    private static readonly Dictionary<string, Action<SocketIOOptions>> s_wrong = new(StringComparer.Ordinal)
    {
        ["ConnectTimeout must be longer than zero"] = static options => options.ConnectTimeout = TimeSpan.Zero,
        ["BroadcastAckTimeout must be longer than zero"] = static options => options.BroadcastAckTimeout = Timeout.InfiniteTimeSpan,
        ["MaxConcurrentEventsPerSocket must be at least 1"] = static options => options.MaxConcurrentEventsPerSocket = 0,
        ["MaxQueuedEventsPerSocket must be at least 1"] = static options => options.MaxQueuedEventsPerSocket = 0,
        ["MaxQueuedEventsWhileAwaitingAck must not be below MaxQueuedEventsPerSocket"] = static options => options.MaxQueuedEventsWhileAwaitingAck = 63,
        ["MaxQueuedBytesPerClient must be at least 1"] = static options => options.MaxQueuedBytesPerClient = 0,
        ["MaxQueuedBytesWhileAwaitingAck must not be below MaxQueuedBytesPerClient"] = static options => options.MaxQueuedBytesWhileAwaitingAck = 1024,
        ["MaxAttachments must be at least 1"] = static options => options.MaxAttachments = 0,
        ["MaxAttachmentBytes must be above 0"] = static options => options.MaxAttachmentBytes = 0,
        ["MaxPayloadDepth must be between 2 and 1,000"] = static options => options.MaxPayloadDepth = 1_001,
        ["MaxNamespaceLength must be at least 1"] = static options => options.MaxNamespaceLength = 0,
        ["MaxNamespacesPerClient must be at least 1"] = static options => options.MaxNamespacesPerClient = 0,
        ["MaxChildNamespaces must be at least 1"] = static options => options.MaxChildNamespaces = 0,
        ["ConnectionStateRecovery.MaxBytes must be above 0"] = static options => options.ConnectionStateRecovery = new ConnectionStateRecoveryOptions { MaxBytes = 0 },
    };

    [TestCaseSource(nameof(Failures))]
    public void The_failure_names_the_option(string failure)
    {
        var options = new SocketIOOptions();
        s_wrong[failure](options);

        var result = new SocketIOOptionsValidator().Validate(null, options);

        Assert.That(result.Failures, Has.Exactly(1).StartsWith(failure));
    }

    [Test]
    public void The_defaults_and_no_bounds_at_all_are_allowed()
    {
        var unbounded = new SocketIOOptions
        {
            MaxConcurrentEventsPerSocket = int.MaxValue,
            MaxQueuedEventsWhileAwaitingAck = null,
            MaxQueuedBytesWhileAwaitingAck = null,
            MaxNamespaceLength = int.MaxValue,
            MaxNamespacesPerClient = null,
            MaxChildNamespaces = null,
            ConnectionStateRecovery = new ConnectionStateRecoveryOptions { MaxBytes = null, MaxBytesPerNamespace = null, MaxSessions = null },
        };

        Assert.That(new SocketIOOptionsValidator().Validate(null, new SocketIOOptions()).Succeeded);
        Assert.That(new SocketIOOptionsValidator().Validate(null, unbounded).Succeeded);
    }

    private static IEnumerable<string> Failures() => s_wrong.Keys;
}
