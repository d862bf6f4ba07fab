using System.Collections.Immutable;

namespace McpSseActors.Dashboard.Live;

/// <summary>What happened to one stream in each of the last seconds, from its statistics. Safe from any thread.</summary>
internal sealed class StreamSeries
{
    /// <summary>So many seconds are kept.</summary>
    public const int Seconds = 300;

    /// <summary>So many seconds make one value of <see cref="Spark"/>.</summary>
    public const int SecondsOfSpark = 5;

    private const int MostTypes = 10;
    private const string OtherTypes = "(other)";

    private readonly Lock _gate = new();
    private readonly Ring _rates = new();
    private readonly Ring _reconnects = new();
    private readonly Ring _milliseconds = new();
    private readonly Ring _drops = new();
    private readonly Dictionary<string, Ring> _types = new(StringComparer.Ordinal);
    private StreamStats? _before;
    private DateTimeOffset _end;

    /// <summary>Gets the mean rates of the last minutes; another object each time it changes.</summary>
    public ImmutableArray<float?> Spark { get; private set; } = [.. Enumerable.Repeat<float?>(null, Seconds / SecondsOfSpark)];

    /// <summary>Gets how many events were dropped in the last minute.</summary>
    public long DropsPerMinute { get; private set; }

    /// <summary>Gets what the last second has brought; null if nothing is known of it.</summary>
    public SeriesPoint? Newest { get; private set; }

    /// <summary>The events that a stream has lost. Repeats are dropped by design.</summary>
    public static long DropsOf(StreamStats stats) => stats.Dropped.Sum(each => each.Key == DropReasons.Duplicate ? 0 : each.Value);

    /// <summary>Takes the statistics.</summary>
    /// <param name="stats">They.</param>
    /// <param name="tick">The number of the second.</param>
    /// <param name="elapsed">The time since the last ones, in seconds.</param>
    /// <param name="now">The time, UTC.</param>
    public void Add(StreamStats stats, long tick, double elapsed, DateTimeOffset now)
    {
        lock (_gate)
        {
            // A stream that was removed and added again counts from zero.
            var before = _before is { } last && last.TotalEventsReceived <= stats.TotalEventsReceived ? last : null;
            (_before, _end) = (stats, now);
            Newest = before is null ? null : new SeriesPoint(
                now,
                Round((stats.TotalEventsReceived - before.TotalEventsReceived) / elapsed),
                TypesOf(stats, before, elapsed),
                stats.TotalReconnectAttempts - before.TotalReconnectAttempts,
                stats.Dispatched - stats.InFlight > before.Dispatched - before.InFlight ? Round(stats.HandlerDuration?.TotalMilliseconds ?? 0) : null);
            _rates.Add(tick, Newest?.Rate);
            _reconnects.Add(tick, Newest?.Reconnects);
            _milliseconds.Add(tick, Newest?.HandlerMilliseconds);
            _drops.Add(tick, before is null ? null : DropsOf(stats) - DropsOf(before));
            foreach (var (type, ring) in _types)
                ring.Add(tick, Newest?.ByType.GetValueOrDefault(type));
            DropsPerMinute = (long)_drops.Sum(60);
            if (tick % SecondsOfSpark == 0)
                Spark = _rates.Means(SecondsOfSpark);
        }
    }

    /// <summary>All that is kept.</summary>
    public SeriesView View()
    {
        lock (_gate)
            return new SeriesView(_end, 1, _rates.All, _types.ToImmutableSortedDictionary(each => each.Key, each => each.Value.All), _reconnects.All,
                _milliseconds.All);
    }

    private ImmutableSortedDictionary<string, float> TypesOf(StreamStats stats, StreamStats before, double elapsed)
    {
        if (stats.TotalEventsReceived == before.TotalEventsReceived)
            return ImmutableSortedDictionary<string, float>.Empty;
        var rates = ImmutableSortedDictionary.CreateBuilder<string, float>(StringComparer.Ordinal);
        foreach (var (type, count) in stats.EventsByType)
        {
            var more = count - before.EventsByType.GetValueOrDefault(type);
            if (more == 0)
                continue;
            var name = NameOf(type);
            rates[name] = Round(rates.GetValueOrDefault(name) + (more / elapsed));
        }

        return rates.ToImmutable();
    }

    // The first types that come have a line each.
    private string NameOf(string type)
    {
        if (_types.ContainsKey(type))
            return type;
        var name = _types.Count < MostTypes && type.Length <= 100 ? type : OtherTypes;
        _types.TryAdd(name, new Ring());
        return name;
    }

    private static float Round(double value) => (float)Math.Round(value, value < 10 ? 2 : 0);

    // The last values, of which each may be unknown.
    private sealed class Ring
    {
        private readonly float[] _values = [.. Enumerable.Repeat(float.NaN, Seconds)];
        private long _tick = -1;

        public ImmutableArray<float?> All =>
            [.. Enumerable.Range(0, Seconds).Select(place => At(place) is var value && float.IsNaN(value) ? (float?)null : value)];

        public void Add(long tick, float? value)
        {
            for (var missed = Math.Max(_tick + 1, tick - Seconds); missed < tick; missed++)
                _values[missed % Seconds] = float.NaN;
            _values[tick % Seconds] = value ?? float.NaN;
            _tick = tick;
        }

        public float Sum(int last) => Enumerable.Range(Seconds - last, last).Select(At).Where(value => !float.IsNaN(value)).Sum();

        public ImmutableArray<float?> Means(int length) => [.. Enumerable.Range(0, Seconds / length).Select(part =>
        {
            var known = Enumerable.Range(part * length, length).Select(At).Where(value => !float.IsNaN(value)).ToArray();
            return known.Length == 0 ? (float?)null : Round(known.Average());
        })];

        private float At(int place) => _values[(_tick + 1 + place) % Seconds];
    }
}

/// <summary>What one second has brought.</summary>
internal sealed record SeriesPoint(
    DateTimeOffset Time, float Rate, ImmutableSortedDictionary<string, float> ByType, float Reconnects, float? HandlerMilliseconds);

/// <summary>What the last seconds have brought, oldest first. The last values are those of <paramref name="End"/>; null where nothing is known.</summary>
internal sealed record SeriesView(
    DateTimeOffset End,
    int StepSeconds,
    ImmutableArray<float?> Rates,
    ImmutableSortedDictionary<string, ImmutableArray<float?>> ByType,
    ImmutableArray<float?> Reconnects,
    ImmutableArray<float?> HandlerMilliseconds);
