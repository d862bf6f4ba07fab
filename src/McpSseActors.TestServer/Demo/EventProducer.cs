namespace McpSseActors.TestServer.Demo;

/// <summary>Fills the log at the wanted rate. The pace follows the clock, so that a late tick is made up for.</summary>
internal sealed class EventProducer(EventLog log, DemoServerOptions options)
{
    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(10);
    private readonly SampleEvents _samples = new(options.Seed);

    /// <summary>Produces until all events are there or <paramref name="stop"/> is cancelled; neither is an error.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var tick = TimeSpan.FromSeconds(1 / options.Rate);
        using var timer = new PeriodicTimer(tick > ShortestTick ? tick : ShortestTick, options.Time);
        var start = options.Time.GetTimestamp();
        try
        {
            while (!IsComplete && await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                CatchUp((long)(options.Time.GetElapsedTime(start).TotalSeconds * options.Rate));
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    private bool IsComplete => log.Newest >= options.Events;

    private void CatchUp(long due)
    {
        while (log.Newest < due && !IsComplete)
        {
            var number = log.Newest + 1;
            var (type, json) = number == options.Events ? SampleEvents.Farewell() : _samples.Next(number);
            log.Append(type, json);
        }
    }
}
