using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using McpSseActors.Dashboard.Api;

namespace McpSseActors.Dashboard.Live;

/// <summary>The first screen of one page: the rows that it knows, and those that have changed.</summary>
internal sealed class OverviewPart(StreamHub hub)
{
    // A row has texts of bounded length.
    private const int LongestRow = 4096;

    // The others follow with the next sample.
    private const int MostRemoved = 100;

    private readonly Dictionary<string, (LiveRow Row, ImmutableArray<float?> Spark)> _known = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);
    private long _tick = -1;
    private long _change = -1;
    private bool _hasMore;
    private int _next;

    /// <summary>Adds what the page does not know, as far as it fits.</summary>
    public void AddTo(SseUpdate update, Sample sample)
    {
        var change = hub.History.Last;
        if (sample.Tick == _tick && change == _change && !_hasMore)
            return;
        var isNewSample = sample.Tick != _tick;
        (_tick, _change) = (sample.Tick, change);
        var room = update.Room - 256;
        if (room < LongestRow)
        {
            _hasMore = true;
            return;
        }

        _bytes.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_bytes, new JsonWriterOptions { Encoder = ApiJson.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("time", hub.Time.GetUtcNow());
            json.WritePropertyName("totals");
            JsonSerializer.Serialize(json, TotalsOf(sample), ApiJson.Options);
            var removed = isNewSample ? Remove(sample) : [];
            if (removed.Length > 0)
            {
                json.WritePropertyName("removed");
                JsonSerializer.Serialize(json, removed, ApiJson.Options);
            }

            var count = AddRows(json, sample, room);
            if (_known.Count < sample.Streams.Length)
                json.WriteBoolean("more", true);
            json.WriteEndObject();
            if (count == 0 && removed.Length == 0 && !isNewSample)
                return;
        }

        update.Add("overview", _bytes.WrittenSpan);
    }

    // It goes on where it ended for want of room, so that the last rows have their turn too.
    private int AddRows(Utf8JsonWriter json, Sample sample, int room)
    {
        var written = 0;
        json.WriteStartArray("streams");
        var streams = sample.Streams;
        var first = _next < streams.Length ? _next : 0;
        _hasMore = false;
        for (var offset = 0; offset < streams.Length; offset++)
        {
            var place = (first + offset) % streams.Length;
            if (json.BytesCommitted + json.BytesPending > room - LongestRow)
            {
                (_hasMore, _next) = (true, place);
                break;
            }

            written += AddRow(json, streams[place]) ? 1 : 0;
        }

        json.WriteEndArray();
        return written;
    }

    private bool AddRow(Utf8JsonWriter json, SampledStream stream)
    {
        var row = LiveRow.Of(stream, hub.History.LastOf(stream.Stats.Stream));
        var spark = stream.Series.Spark;
        var isKnown = _known.TryGetValue(row.Name, out var known);
        if (isKnown && known.Row == row && known.Spark == spark)
            return false;
        JsonSerializer.Serialize(json, isKnown && known.Spark == spark ? row : row with { Spark = spark }, ApiJson.Options);
        _known[row.Name] = (row, spark);
        return true;
    }

    private string[] Remove(Sample sample)
    {
        var gone = _known.Keys.Except(sample.Streams.Select(stream => stream.Stats.Stream)).Take(MostRemoved).ToArray();
        foreach (var name in gone)
            _known.Remove(name);
        return gone;
    }

    private static Totals TotalsOf(Sample sample) => new(
        sample.Streams.Length,
        sample.Streams.Count(stream => stream.Stats.IsConnected),
        Math.Round(sample.Streams.Sum(stream => stream.Stats.EventsPerSecond), 1),
        sample.Streams.Sum(stream => stream.Stats.InFlight),
        sample.Streams.Sum(stream => stream.Series.DropsPerMinute),
        sample.Letters);

    private sealed record Totals(int Streams, int Connected, double Rate, long InFlight, long DropsPerMinute, long? Letters);
}
