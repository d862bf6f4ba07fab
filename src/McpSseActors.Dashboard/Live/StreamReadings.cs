using System.Collections.Immutable;
using McpSseActors.Hosting;

namespace McpSseActors.Dashboard.Live;

/// <summary>The statistics of all streams, asked for at most about once a second, however many ask. Safe from any thread.</summary>
internal sealed class StreamReadings(IMcpSseClient client, TimeProvider time)
{
    // A little less than a second, so that a page that asks each second never gets the same twice.
    private readonly Fresh<ImmutableArray<StreamStats>> _stats = new(time, TimeSpan.FromMilliseconds(900));

    /// <summary>Gets the statistics, sorted by the names of the streams.</summary>
    public Task<ImmutableArray<StreamStats>> GetAsync(CancellationToken cancellation) =>
        _stats.GetAsync(() => client.GetAllStatsAsync(CancellationToken.None)).WaitAsync(cancellation);
}
