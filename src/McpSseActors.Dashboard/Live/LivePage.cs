using System.Collections.Immutable;
using System.Text.Json;
using McpSseActors.Dashboard.Api;

namespace McpSseActors.Dashboard.Live;

/// <summary>
/// One open page: what it knows, and what it is told next. Each update is made from the newest sample when the page is ready for it, so nothing is queued.
/// Used by one request at a time.
/// </summary>
/// <param name="hub">What pages share.</param>
/// <param name="open">The stream that it shows in detail; null for none.</param>
/// <param name="filter">The events that it shows; null for none.</param>
internal sealed class LivePage(StreamHub hub, OpenStream? open, EventFilter? filter)
{
    private const int MostOfStream = 24 * 1024;
    private const int MostOfEvents = 24 * 1024;
    private const int MostAtFirst = 100;
    private const int MostTypes = 50;
    private const int LongestType = 100;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly SseUpdate _update = new(ApiJson.Options);
    private readonly OverviewPart _overview = new(hub);
    private long _writtenAt;
    private long _tick = -1;
    private long _change;
    private long? _sequence;
    private bool _isGone;

    /// <summary>Makes the next update.</summary>
    /// <returns>It, valid until the next is made; empty if there is nothing to tell.</returns>
    public async Task<ReadOnlyMemory<byte>> NextAsync()
    {
        _update.Clear();
        if (hub.Sampler.Latest is { } sample)
        {
            if (open is not null)
                await AddStreamAsync(open, sample).ConfigureAwait(false);
            _overview.AddTo(_update, sample);
        }

        if (_update.Written.IsEmpty && (_writtenAt == 0 || hub.Time.GetElapsedTime(_writtenAt) >= Silence))
            _update.TryAdd("ping", new Ping(hub.Time.GetUtcNow()));
        if (!_update.Written.IsEmpty)
            _writtenAt = hub.Time.GetTimestamp();
        return _update.Written;
    }

    private async Task AddStreamAsync(OpenStream stream, Sample sample)
    {
        var sampled = sample.Find(stream.Name);
        if (sampled is null != _isGone)
        {
            _isGone = sampled is null;
            if (_isGone)
                _update.TryAdd("gone", new Gone(stream.Name));
        }

        if (sampled is null)
            return;
        try
        {
            var last = hub.History.Last;
            var history = last > _change ? hub.History.Of(stream.Name, _change) : [];
            if (sample.Tick != _tick || !history.IsEmpty)
                await AddStreamAsync(stream, sampled, history, sample.Tick).ConfigureAwait(false);
            _change = last;
            if (filter is not null)
                AddEvents(await stream.EventsAsync().ConfigureAwait(false));
        }
        catch (Exception gone) when (gone is StreamNotFoundException or TimeoutException or InvalidOperationException)
        {
            // It is being removed, or busy: the next update tells.
        }
    }

    private async Task AddStreamAsync(OpenStream stream, SampledStream sampled, ImmutableArray<StateEntry> history, long tick)
    {
        var stats = LiveRow.Now(sampled.Stats, hub.History.LastOf(stream.Name));
        var handlers = ShownHandler.Of(await stream.HandlersAsync().ConfigureAwait(false), stats);
        var part = new StreamPart(stats, handlers, tick == _tick ? null : sampled.Series.Newest, history.IsEmpty ? null : history);
        if (!_update.TryAdd("stream", part, MostOfStream))
            _update.TryAdd("stream", part with { Stats = Shorter(stats), Handlers = null }, MostOfStream);
        _tick = tick;
    }

    // A server may have thousands of types, with long names.
    private static StreamStats Shorter(StreamStats stats) => stats with
    {
        EventsByType = stats.EventsByType.Where(each => each.Key.Length <= LongestType).OrderByDescending(each => each.Value).Take(MostTypes)
            .ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    // The newest first, as long as there is room.
    private void AddEvents(RecentWindow window)
    {
        var known = _sequence ?? 0;
        var fresh = window.Events.Where(each => each.Sequence > known).ToArray();
        var wanted = fresh.Where(each => filter!.Matches(each.Event)).ToArray();
        var missed = _sequence is null ? 0 : Math.Max(0, window.Newest - known - fresh.Length);
        var isFirst = _sequence is null;
        _sequence = window.Newest;
        var shown = new List<byte[]>();
        var room = Math.Min(MostOfEvents, _update.Room) - 100;
        foreach (var (sequence, received) in wanted.Reverse().Take(isFirst ? MostAtFirst : int.MaxValue))
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(ShownEvent.Of(sequence, received, filter!.WithData ? ShownEvent.Usual : null), ApiJson.Options);
            room -= json.Length + 1;
            if (room < 0)
                break;
            shown.Add(json);
        }

        shown.Reverse();
        var skipped = isFirst ? 0 : missed + wanted.Length - shown.Count;
        if (shown.Count > 0 || skipped > 0)
            _update.Add("events", json => WriteEvents(json, shown, skipped));
    }

    private static void WriteEvents(Utf8JsonWriter json, List<byte[]> events, long skipped)
    {
        json.WriteStartObject();
        json.WriteStartArray("events");
        foreach (var each in events)
            json.WriteRawValue(each, skipInputValidation: true);
        json.WriteEndArray();
        json.WriteNumber("skipped", skipped);
        json.WriteEndObject();
    }

    private sealed record Ping(DateTimeOffset Time);

    private sealed record Gone(string Stream);

    private sealed record StreamPart(StreamStats Stats, ImmutableArray<ShownHandler>? Handlers, SeriesPoint? Point, ImmutableArray<StateEntry>? History);
}
