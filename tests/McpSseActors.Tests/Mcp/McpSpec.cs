namespace McpSseActors.Tests.Mcp;

/// <summary>What the specs of MCP's transports have in common: a host with one stream to a fake server, what it received, and all that it said.</summary>
public abstract class McpSpec
{
    private protected ReceivedEvents Events { get; } = new();

    private protected Overheard Overheard { get; } = new();

    private protected Task<McpSseHost> ListenAsync(
        string url, string transport, Func<StreamOptions, StreamOptions>? configure = null, Action<McpSseBuilder>? build = null, string hocon = "akka.loglevel = DEBUG") =>
        McpSseHost.StartAsync(
            mcp =>
            {
                mcp.AddStream(url, o => (configure ?? (same => same))(Streams.Quick(o) with { Transport = StreamTransport.Parse(transport) }));
                mcp.AddHandler(Events.Collect);
                build?.Invoke(mcp);
            },
            hocon,
            watch: Overheard.ListenTo);

    /// <summary>The next event, which must be of this type.</summary>
    private protected async Task<McpEvent> NextAsync(string type)
    {
        var received = await Events.NextAsync();
        received.EventType.ShouldBe(type, received.Text);
        return received;
    }

    /// <summary>The next event of this type, whatever comes before it.</summary>
    private protected async Task<McpEvent> UntilAsync(string type)
    {
        while (true)
        {
            var received = await Events.NextAsync();
            if (received.EventType == type)
                return received;
        }
    }

    private protected static Task<StreamStats> StatsAsync(McpSseHost host) => Within.LimitAsync(host.Client.GetStatsAsync());

    private protected static async Task<McpStatus> McpAsync(McpSseHost host) => (await StatsAsync(host)).Mcp.ShouldNotBeNull();

    /// <summary>Waits until this holds of the statistics.</summary>
    private protected static Task StatsHoldAsync(McpSseHost host, Action<StreamStats> assertion) => host.StatsHoldAsync(assertion);

    private protected static async Task<string> FailedAsync(McpSseHost host) => (await host.States.UntilAsync(ConnectionState.Failed)).Reason;
}
