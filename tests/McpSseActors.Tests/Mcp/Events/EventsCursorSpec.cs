namespace McpSseActors.Tests.Mcp.Events;

/// <summary>Where a subscription goes on, and which events are repeats.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsCursorSpec : EventsSpec, IAsyncLifetime
{
    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task Should_resume_with_the_cursor_of_the_confirmation_when_no_event_came()
    {
        await using var host = await SubscribeAsync();
        (await Server.SubscribedAsync()).Cursor.ShouldBe("null");
        await StatsHoldAsync(host, stats => stats.LastEventId.ShouldBe("c0"));
        Server.Drop();

        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"c0\"");
    }

    [Fact]
    public async Task Should_resume_with_the_cursor_of_the_last_event_and_deliver_each_once_in_order()
    {
        await using var host = await SubscribeAsync();
        var first = await Server.SubscribedAsync();
        foreach (var n in new[] { 1, 2, 3 })
            await first.EventAsync($"e{n}", $"c{n}", $$"""{"n":{{n}}}""");
        await NextAreAsync("e1", "e2", "e3");
        Server.OnSubscribed = async second =>
        {
            await second.ActiveAsync("head");
            await second.EventAsync("e4", "c4");
        };
        Server.Drop();

        var next = await Events.NextAsync();
        (next.EventId, next.EventType, next.LastEventId, next.OccurredAt).ShouldBe(("e4", EventsMcp.Incident, "c4", "2026-11-28T12:00:00Z"));
        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"c3\"");
    }
}
