using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using McpSseActors.Telemetry;

namespace McpSseActors.Tests.Telemetry;

/// <summary>One measurement of a stream.</summary>
public sealed record Measured(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags)
{
    public string? Tag(string name) => Tags.GetValueOrDefault(name)?.ToString();
}

/// <summary>What the library measured for one stream, as an exporter sees it.</summary>
public sealed class Measurements : IDisposable
{
    private readonly string _stream;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measured> _all = new();

    public Measurements(string stream)
    {
        _stream = stream;
        RuntimeHelpers.RunClassConstructor(typeof(Instruments).TypeHandle);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != McpSseTelemetry.MeterName)
                return;
            Units[instrument.Name] = instrument.Unit ?? "";
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The units of all instruments by name.</summary>
    public ConcurrentDictionary<string, string> Units { get; } = new(StringComparer.Ordinal);

    /// <summary>Everything that was recorded.</summary>
    public IReadOnlyCollection<Measured> All => _all;

    /// <summary>Everything that was recorded with an instrument, and has an attribute of that value.</summary>
    public IReadOnlyList<Measured> Of(string instrument, string? tag = null, string? value = null) =>
        [.. _all.Where(m => m.Instrument == instrument && (tag is null || m.Tag(tag) == value))];

    /// <summary>The sum of what a counter counted.</summary>
    public double Sum(string instrument, string? tag = null, string? value = null) => Of(instrument, tag, value).Sum(m => m.Value);

    /// <summary>What an observable instrument says now.</summary>
    public IReadOnlyList<Measured> Observe(string instrument)
    {
        var before = _all.Count;
        _listener.RecordObservableInstruments();
        return [.. _all.Skip(before).Where(m => m.Instrument == instrument)];
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var measured = new Measured(instrument.Name, value, tags.ToArray().ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal));
        if (measured.Tag("mcp_sse.stream") == _stream)
            _all.Enqueue(measured);
    }
}
