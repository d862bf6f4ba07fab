namespace McpSseActors.TestServer.Demo;

/// <summary>Fills the log at the wanted rate. The pace follows the clock, so that a late tick is made up for.</summary>
/// <param name="log">The log.</param>
/// <param name="rate">Events per second.</param>
/// <param name="events">How many in all; null is without end.</param>
/// <param name="make">Makes the event with the given number, from 1.</param>
/// <param name="time">The clock.</param>
internal sealed class EventProducer(EventLog log, double rate, int? events, Func<long, (string Type, string Json)> make, TimeProvider time)
{
    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(10);

    /// <summary>Produces until all events are there or <paramref name="stop"/> is cancelled; neither is an error.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var tick = TimeSpan.FromSeconds(1 / rate);
        using var timer = new PeriodicTimer(tick > ShortestTick ? tick : ShortestTick, time);
        var start = time.GetTimestamp();
        try
        {
            while (!IsComplete && await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                CatchUp((long)(time.GetElapsedTime(start).TotalSeconds * rate));
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    private bool IsComplete => log.Newest >= events;

    private void CatchUp(long due)
    {
        while (log.Newest < due && !IsComplete)
        {
            var (type, json) = make(log.Newest + 1);
            log.Append(type, json);
        }
    }
}
