using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>Everything that the meter of one application says, as lines; durations are left out, they must only make sense.</summary>
internal sealed class RecordedMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Inbox<string> _lines = new();
    private long _activeSockets;

    public RecordedMeter(IServiceProvider services, string prefix = "socketio.server.")
    {
        var scope = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "SocketIoSharp" && ReferenceEquals(instrument.Meter.Scope, scope) && instrument.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (instrument is UpDownCounter<long>)
            {
                Interlocked.Add(ref _activeSockets, value);
            }

            Add(instrument, value > 0 ? $" +{value}" : $" {value}", tags);
        });
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            var isSane = value >= 0 && value <= Eventually.Patience.TotalSeconds;
            Add(instrument, isSane ? "" : $" {value}", tags);
        });
        _listener.Start();
    }

    public long ActiveSockets => Interlocked.Read(ref _activeSockets);

    public int Count => _lines.Count;

    public async Task<IReadOnlyList<string>> TakeAsync(int count)
    {
        var lines = new List<string>();
        while (lines.Count < count)
        {
            lines.Add(await _lines.NextAsync());
        }

        return lines;
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var texts = tags.ToArray().Select(static tag => $" {tag.Key}={tag.Value}").Order(StringComparer.Ordinal);
        _lines.Add($"{instrument.Name} {instrument.Unit}{value}{string.Concat(texts)}");
    }
}
