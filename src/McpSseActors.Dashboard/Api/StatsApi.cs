using McpSseActors.Dashboard.Live;
using Microsoft.AspNetCore.Http;

namespace McpSseActors.Dashboard.Api;

/// <summary>The statistics of all streams.</summary>
internal sealed class StatsApi(StreamHub hub)
{
    public async Task<object?> AllAsync(HttpContext http) => await hub.Readings.GetAsync(http.RequestAborted).ConfigureAwait(false);
}
