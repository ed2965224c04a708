using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace SocketIoSharp.EngineIO;

/// <summary>Says at the start which of the settings is on that forbid handlers to block, and whether it works.</summary>
internal sealed partial class InlineSchedulingNotice(IOptions<SocketTransportOptions> transport, ILogger<InlineSchedulingNotice> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (transport.Value.UnsafePreferInlineScheduling)
        {
            Log.TransportIsInline(logger);
        }

        if (!InlineCompletions.IsRequested)
        {
            return;
        }

        try
        {
            if (await InlineCompletions.AreInEffectAsync(cancellationToken))
            {
                Log.CompletionsAreInline(logger);
            }
            else
            {
                Log.CompletionsAreNotInline(logger);
            }
        }
        catch (SocketException exception)
        {
            // No connection to oneself, as in some sandboxes.
            Log.CompletionsAreUnknown(logger, exception.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Kestrel's transports run inline: handlers and requests share threads with the sockets, and must not block.", EventName = nameof(TransportIsInline))]
        public static partial void TransportIsInline(ILogger logger);

        [LoggerMessage(2, LogLevel.Information, "Socket operations of the whole process complete inline: what continues after one, in clients of databases too, must not block.", EventName = nameof(CompletionsAreInline))]
        public static partial void CompletionsAreInline(ILogger logger);

        [LoggerMessage(3, LogLevel.Warning, "Socket operations were to complete inline, but do not: a socket had been used before it was asked for, or this system has no such setting. Call UseInlineSocketCompletions first in Program.cs, or set the environment variable DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS to 1.", EventName = nameof(CompletionsAreNotInline))]
        public static partial void CompletionsAreNotInline(ILogger logger);

        [LoggerMessage(4, LogLevel.Information, "Socket operations of the whole process were to complete inline; whether they do could not be tried out: {Error}", EventName = nameof(CompletionsAreUnknown))]
        public static partial void CompletionsAreUnknown(ILogger logger, string error);
    }
}
