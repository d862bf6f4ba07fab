namespace McpSseActors.Cli.Watch.Model;

/// <summary>One stream: its statistics now, and what follows from those before.</summary>
internal sealed class WatchedStream(TimeProvider time)
{
    /// <summary>The rates of the last seconds.</summary>
    public RateHistory Received { get; } = new(time);

    /// <summary>The statistics.</summary>
    public required StreamStats Stats { get; set; }

    /// <summary>Events dropped, for any reason.</summary>
    public long Dropped => Stats.Dropped.Values.Sum();

    public void Take(StreamStats stats)
    {
        Stats = stats;
        Received.Add(stats.TotalEventsReceived);
    }
}
