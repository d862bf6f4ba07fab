using Akka.Actor;
using McpSseActors.Hosting;

namespace McpSseActors.Cli.Watch.Sources;

/// <summary>The streams of this process.</summary>
internal sealed class OwnStreams(string name, IMcpSseClient streams) : IWatchSource
{
    public string Name => name;

    public TimeSpan Period { get; } = TimeSpan.FromSeconds(0.5);

    public string? NoRestart => null;

    public Task<Reading> ReadAsync(EventQuery query, CancellationToken cancellation) => AskAsync(async () =>
    {
        var stats = await streams.GetAllStatsAsync(cancellation).ConfigureAwait(false);
        if (query.StreamAmong(stats) is not { } stream)
            return new Reading(stats, null, query.Pattern, []);
        var events = await streams.GetEventsByTypeAsync(query.Pattern.Text, query.Count, stream, cancellation).ConfigureAwait(false);
        return new Reading(stats, stream, query.Pattern, [.. events.Select(WatchedEvent.Of)]);
    });

    public Task RestartAsync(string stream, CancellationToken cancellation) => AskAsync(async () =>
    {
        var stats = await streams.GetStatsAsync(stream, cancellation).ConfigureAwait(false);
        await (stats.IsRunning ? streams.RestartAsync(stream, cancellation) : streams.StartAsync(stream, cancellation)).ConfigureAwait(false);
        return stats;
    });

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StreamNotFoundException or AskTimeoutException)
        {
            // Removed between two questions, or busy.
            throw new SourceException(fault.Message);
        }
    }
}

/// <summary>Takes every event and does nothing with it: what is shown of them is asked for. So a fast stream is not slowed.</summary>
internal sealed class WatchHandler : BatchHandler
{
    protected override void Handle(EventBatchView events)
    {
        // They are among the recent ones.
    }
}
