namespace McpSseActors.Cli.Streams;

/// <summary>Tells where the events of a server are that grants no notifications, but has MCP events.</summary>
/// <param name="host">A stream that listens to notifications.</param>
/// <param name="time">The clock.</param>
/// <param name="say">Told the hint.</param>
internal sealed class EventsHint(StreamHost host, TimeProvider time, Action<string> say)
{
    // What a server grants comes right after it has accepted.
    private static readonly TimeSpan UntilGranted = TimeSpan.FromSeconds(1);

    /// <summary>Looks once, when the stream has connected.</summary>
    public async Task LookAsync(CancellationToken ending)
    {
        try
        {
            await host.Watch.ConnectedAsync(1).WaitAsync(ending).ConfigureAwait(false);
            await Task.Delay(UntilGranted, time, ending).ConfigureAwait(false);
            var stats = await host.Client.GetStatsAsync(cancellation: ending).ConfigureAwait(false);
            var grantsNothing = stats.Mcp?.Granted is { Resources.IsEmpty: true, ToolsChanged: false, PromptsChanged: false, ResourcesChanged: false };
            if (stats.Transport != StreamTransport.Subscriptions || !grantsNothing)
                return;
            var types = await host.Client.GetEventTypesAsync(cancellation: ending).ConfigureAwait(false);
            if (!types.Types.IsEmpty)
                say($"The server grants no notifications, but has MCP events:  mcp-sse events {SecretRedactor.RedactUrl(stats.ServerUrl)}");
        }
        catch (Exception unknown) when (unknown is InvalidOperationException or OperationCanceledException or TimeoutException)
        {
            // Only a hint is missing.
        }
    }
}
