using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SocketIoSharp.TestKit;

/// <summary>One captured line of the log.</summary>
public sealed record LogLine(string Category, LogLevel Level, string? EventName, string Message, Exception? Exception)
{
    public override string ToString() => $"{Level} {Category} {EventName}: {Message} {Exception}";
}

/// <summary>Keeps everything that a server logs, so that a test can look at it.</summary>
public sealed class LogCapture : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyList<LogLine> Lines => [.. _lines];

    /// <summary>What says that something is broken.</summary>
    public IReadOnlyList<LogLine> Errors => [.. _lines.Where(static line => line.Level >= LogLevel.Error)];

    public IReadOnlyList<LogLine> Of(string eventName) => [.. _lines.Where(line => string.Equals(line.EventName, eventName, StringComparison.Ordinal))];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                owner._lines.Enqueue(new LogLine(category, logLevel, eventId.Name, formatter(state, exception), exception));
            }
        }
    }
}
