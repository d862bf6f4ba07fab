using System.Collections.Immutable;
using McpSseActors.Dashboard.Access;
using McpSseActors.Dashboard.Live;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpSseActors.Dashboard.Api;

/// <summary>One stream: all that is known of it, and the actions on it.</summary>
internal sealed partial class StreamApi(StreamHub hub)
{
    public async Task<object?> DescribeAsync(HttpContext http) => await DescribeAsync(http.Stream(), http.RequestAborted).ConfigureAwait(false);

    /// <summary>All that is known of a stream.</summary>
    public async Task<StreamDescription> DescribeAsync(string name, CancellationToken cancellation)
    {
        var stats = hub.Client.GetStatsAsync(name, cancellation);
        var handlers = hub.Client.GetHandlersAsync(name, cancellation);
        var settings = hub.Client.GetSettingsAsync(name, cancellation);
        return new StreamDescription(
            await stats.ConfigureAwait(false),
            await settings.ConfigureAwait(false),
            ShownHandler.Of(await handlers.ConfigureAwait(false), await stats.ConfigureAwait(false)),
            hub.History.Of(name),
            hub.Sampler.SeriesOf(name)?.View(),
            (await stats.ConfigureAwait(false)).Node);
    }

    public async Task<object?> EventTypesAsync(HttpContext http) =>
        await hub.Client.GetEventTypesAsync(http.Stream(), http.RequestAborted).ConfigureAwait(false);

    public Task<object?> StartAsync(HttpContext http) => ActAsync(http, "started", async name =>
    {
        await RefuseDisabledAsync(name).ConfigureAwait(false);
        await hub.Client.StartAsync(name).ConfigureAwait(false);
    });

    public Task<object?> StopAsync(HttpContext http) => ActAsync(http, "stopped", name => hub.Client.StopAsync(name));

    public Task<object?> RestartAsync(HttpContext http) => ActAsync(http, "restarted", async name =>
    {
        await RefuseDisabledAsync(name).ConfigureAwait(false);
        if (await hub.Client.IsRunningAsync(name).ConfigureAwait(false))
            await hub.Client.RestartAsync(name).ConfigureAwait(false);
        else
            await hub.Client.StartAsync(name).ConfigureAwait(false);
    });

    public Task<object?> ClearRecentAsync(HttpContext http) => ActAsync(http, "cleared the recent events of", name => hub.Client.ClearRecentEventsAsync(name));

    private async Task RefuseDisabledAsync(string name)
    {
        if ((await hub.Client.GetStateAsync(name).ConfigureAwait(false)).NewState is ConnectionState.Disabled)
            throw new ApiFault(StatusCodes.Status409Conflict, $"{name} stays disabled: its configuration says enable = false.");
    }

    // What was begun goes on if the browser leaves.
    private async Task<object?> ActAsync(HttpContext http, string what, Func<string, Task> act)
    {
        var name = http.Stream();
        await act(name).ConfigureAwait(false);
        Acted(hub.Log, Roles.NameOf(http), what, name);
        return null;
    }

    [LoggerMessage(LogLevel.Information, "{User} {What} stream {Stream} in the dashboard")]
    private static partial void Acted(ILogger log, string user, string what, string stream);
}

/// <summary>All that is known of a stream.</summary>
/// <param name="Stats">Its statistics.</param>
/// <param name="Options">Its options, without secrets.</param>
/// <param name="Handlers">Its handlers.</param>
/// <param name="History">Its last states, newest last.</param>
/// <param name="Series">What the last seconds have brought; null if nobody has looked.</param>
/// <param name="Node">The node of the cluster on which it runs; empty without a cluster.</param>
internal sealed record StreamDescription(
    StreamStats Stats,
    ImmutableArray<ShownSetting> Options,
    ImmutableArray<ShownHandler> Handlers,
    ImmutableArray<StateEntry> History,
    SeriesView? Series,
    string Node);
