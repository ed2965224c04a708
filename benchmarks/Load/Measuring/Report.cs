using System.Text.Json.Serialization;

namespace SocketIoSharp.BenchmarkLoad.Measuring;

/// <summary>
/// The line that is printed, of times of single messages in microseconds and memory in kilobytes. Every answer was checked: with a
/// wrong one there is no line.
/// </summary>
internal sealed record Report
{
    public required string Scenario { get; init; }

    public int? WarmupSeconds { get; init; }

    public long? Messages { get; init; }

    public double? PerS { get; init; }

    public double? CpuUsPerMsg { get; init; }

    public double? UserUs { get; init; }

    public double? SysUs { get; init; }

    public double? P50 { get; init; }

    public double? P99 { get; init; }

    [JsonPropertyName("p999")]
    public double? P999 { get; init; }

    public double? Max { get; init; }

    /// <summary>The same times while nothing disturbs.</summary>
    public double? QuietP50 { get; init; }

    public double? QuietP99 { get; init; }

    [JsonPropertyName("quiet_p999")]
    public double? QuietP999 { get; init; }

    public double? QuietMax { get; init; }

    /// <summary>How often the neighbours were disturbed.</summary>
    public int? Disturbances { get; init; }

    public double? CpuPct { get; init; }

    public double? GenPct { get; init; }

    public double? RssKb { get; init; }

    public double? RssBeforeKb { get; init; }

    public double? RssKbPerConn { get; init; }

    public double? RssKbPerConnAfterBurst { get; init; }

    /// <summary>With what a window says.</summary>
    public Report With(Window window) => this with
    {
        Messages = window.Messages,
        PerS = Round(window.Messages / window.Seconds, 0),
        CpuUsPerMsg = Round(window.CpuPerMessage, 3),
        UserUs = Round(window.UserMicroseconds / window.Messages, 3),
        SysUs = Round(window.SystemMicroseconds / window.Messages, 3),
        CpuPct = Percent(window.ServerMicroseconds, window.Seconds),
        GenPct = Percent(window.GeneratorMicroseconds, window.Seconds),
    };

    public Report With(Histogram latency) => this with
    {
        P50 = Round(latency.Percentile(0.5), 1),
        P99 = Round(latency.Percentile(0.99), 1),
        P999 = Round(latency.Percentile(0.999), 1),
        Max = Round(latency.Max / 1000.0, 1),
    };

    public Report WithQuiet(Histogram latency) => this with
    {
        QuietP50 = Round(latency.Percentile(0.5), 1),
        QuietP99 = Round(latency.Percentile(0.99), 1),
        QuietP999 = Round(latency.Percentile(0.999), 1),
        QuietMax = Round(latency.Max / 1000.0, 1),
    };

    public static double Round(double value, int digits) => Math.Round(value, digits);

    private static double Percent(double microseconds, double seconds) => Round(microseconds / seconds / 10_000, 1);
}
