using System.Collections.Immutable;

namespace McpSseActors.Dashboard.Live;

/// <summary>A stream in the table of the first screen. Two rows are equal if a page need not be told.</summary>
internal sealed record LiveRow(
    string Name,
    ConnectionState State,
    string Reason,
    DateTimeOffset Since,
    double Rate,
    DateTimeOffset? LastEvent,
    double LagMilliseconds,
    long InFlight,
    long Drops,
    long DropsPerMinute,
    int Retries,
    DateTimeOffset? NextAttempt,
    long Letters,
    string Node,
    string Url,
    string Transport,
    Problems Problems)
{
    private const double LongLag = 1000;

    /// <summary>The mean rates of the last minutes; null if the page has them.</summary>
    public ImmutableArray<float?>? Spark { get; init; }

    /// <summary>Makes a row.</summary>
    /// <param name="stream">The stream, as it was at the last sample.</param>
    /// <param name="last">Its last state, which may be newer.</param>
    public static LiveRow Of(SampledStream stream, StateEntry? last)
    {
        var stats = Now(stream.Stats, last);
        var lag = Math.Round(stats.HandlerLag.TotalMilliseconds);
        return new LiveRow(
            stats.Stream, stats.State, stats.StateReason, stats.StateSince, Math.Round(stats.EventsPerSecond, 1), stats.LastEventTime, lag, stats.InFlight,
            StreamSeries.DropsOf(stats), stream.Series.DropsPerMinute, stats.ConsecutiveReconnectAttempts, stats.NextAttemptTime, stats.DeadLetters,
            stats.Node, stats.ServerUrl, $"{stats.Transport}", new Problems(IsFailing(stats), stream.Series.DropsPerMinute > 0, lag > LongLag));
    }

    /// <summary>The statistics with a state that may be newer.</summary>
    public static StreamStats Now(StreamStats stats, StateEntry? last) => last is null || last.Time <= stats.StateSince ? stats : stats with
    {
        State = last.State,
        StateReason = last.Reason,
        StateSince = last.Time,
        ConsecutiveReconnectAttempts = last.Attempt,
        NextAttemptTime = last.Time + last.RetryIn,
    };

    private static bool IsFailing(StreamStats stats) =>
        stats.State is ConnectionState.Failed or ConnectionState.BackingOff || stats.StoppedHandlers.Length > 0
            || stats.WaitingHandlers.ContainsValue(HandlerState.Open);
}

/// <summary>What is wrong with a stream.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(ProblemsConverter))]
internal readonly record struct Problems(bool Failing, bool Dropping, bool Lagging);
