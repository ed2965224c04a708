using Microsoft.Extensions.Options;

namespace SocketIoSharp;

/// <summary>Checks the settings when the application starts.</summary>
internal sealed class SocketIOOptionsValidator : IValidateOptions<SocketIOOptions>
{
    public ValidateOptionsResult Validate(string? name, SocketIOOptions options)
    {
        var failures = new List<string>();
        Check(options.ConnectTimeout > TimeSpan.Zero, $"{nameof(SocketIOOptions.ConnectTimeout)} must be longer than zero.");
        Check(options.BroadcastAckTimeout > TimeSpan.Zero, $"{nameof(SocketIOOptions.BroadcastAckTimeout)} must be longer than zero.");
        Check(options.MaxConcurrentEventsPerSocket > 0, $"{nameof(SocketIOOptions.MaxConcurrentEventsPerSocket)} must be at least 1.");
        Check(options.MaxQueuedEventsPerSocket > 0, $"{nameof(SocketIOOptions.MaxQueuedEventsPerSocket)} must be at least 1.");
        Check(
            options.MaxQueuedEventsWhileAwaitingAck is null || options.MaxQueuedEventsWhileAwaitingAck >= options.MaxQueuedEventsPerSocket,
            $"{nameof(SocketIOOptions.MaxQueuedEventsWhileAwaitingAck)} must not be below {nameof(SocketIOOptions.MaxQueuedEventsPerSocket)}; null means no bound.");
        Check(options.MaxQueuedBytesPerClient > 0, $"{nameof(SocketIOOptions.MaxQueuedBytesPerClient)} must be at least 1.");
        Check(
            options.MaxQueuedBytesWhileAwaitingAck is null || options.MaxQueuedBytesWhileAwaitingAck >= options.MaxQueuedBytesPerClient,
            $"{nameof(SocketIOOptions.MaxQueuedBytesWhileAwaitingAck)} must not be below {nameof(SocketIOOptions.MaxQueuedBytesPerClient)}; null means no bound.");
        Check(options.MaxAttachments > 0, $"{nameof(SocketIOOptions.MaxAttachments)} must be at least 1.");
        Check(options.MaxAttachmentBytes is null or > 0, $"{nameof(SocketIOOptions.MaxAttachmentBytes)} must be above 0; null derives it from {nameof(SocketIOOptions.MaxHttpBufferSize)}.");
        Check(options.MaxPayloadDepth is > 1 and <= 1_000, $"{nameof(SocketIOOptions.MaxPayloadDepth)} must be between 2 and 1,000: reading deeper payloads could exhaust the stack.");
        Check(options.MaxNamespaceLength > 0, $"{nameof(SocketIOOptions.MaxNamespaceLength)} must be at least 1.");
        Check(options.MaxNamespacesPerClient is null or > 0, $"{nameof(SocketIOOptions.MaxNamespacesPerClient)} must be at least 1; null means no bound.");
        Check(options.MaxChildNamespaces is null or > 0, $"{nameof(SocketIOOptions.MaxChildNamespaces)} must be at least 1; null means no bound.");
        Check(options.Parser is not null, $"{nameof(SocketIOOptions.Parser)} must not be null; the default is {nameof(SocketIOParsers)}.{nameof(SocketIOParsers.Json)}.");
        if (options.ConnectionStateRecovery is { } recovery)
        {
            const string Recovery = nameof(SocketIOOptions.ConnectionStateRecovery) + ".";
            Check(recovery.MaxDisconnectionDuration > TimeSpan.Zero, $"{Recovery}{nameof(recovery.MaxDisconnectionDuration)} must be longer than zero.");
            Check(recovery.MaxBytesPerNamespace is null or > 0, $"{Recovery}{nameof(recovery.MaxBytesPerNamespace)} must be above 0; null means no bound.");
            Check(recovery.MaxBytes is null or > 0, $"{Recovery}{nameof(recovery.MaxBytes)} must be above 0; null means no bound.");
            Check(recovery.MaxSessions is null or > 0, $"{Recovery}{nameof(recovery.MaxSessions)} must be above 0; null means no bound.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool isValid, string failure)
        {
            if (!isValid)
            {
                failures.Add(failure);
            }
        }
    }
}
