namespace McpSseActors.Tests.Mcp.Events;

/// <summary>What the specs of event subscriptions have in common.</summary>
public abstract class EventsSpec : McpSpec
{
    private protected EventsSpec(EventsMcp? server = null) => Server = server ?? new EventsMcp();

    private protected EventsMcp Server { get; }

    private protected VirtualTime Time { get; } = new();

    private protected async Task<McpSseHost> SubscribeAsync(Func<StreamOptions, StreamOptions>? configure = null, Action<McpSseBuilder>? build = null)
    {
        if (Server.Url.Contains(":0/", StringComparison.Ordinal))
            await Server.StartAsync();
        return await ListenAsync(Server.Url, "events", o => (configure ?? (same => same))(Subscribing(o)), build);
    }

    /// <summary>The next events must have these IDs.</summary>
    private protected async Task NextAreAsync(params string[] ids)
    {
        foreach (var id in ids)
            (await Events.NextAsync()).EventId.ShouldBe(id);
    }

    private protected async Task<McpGapEvent> GapAsync() =>
        (await Events.NextAsync()).ShouldBeOfType<McpEvent<McpGapEvent>>().Payload;

    private protected StreamOptions Subscribing(StreamOptions o) => o with
    {
        Transport = StreamTransport.Events,
        Event = new McpEventSubscription { Name = EventsMcp.Incident },
        Time = Time,
    };
}
