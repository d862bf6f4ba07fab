namespace McpSseActors.Tests.Mcp.Events;

/// <summary>
/// A new process goes on with the stored cursor. A copy of the file of positions, taken while the first host runs, is what a killed process would
/// leave behind.
/// </summary>
[Trait("Category", "McpEvents")]
public sealed class EventsDurabilitySpec : EventsSpec, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("events-").FullName;
    private readonly TaskCompletionSource _release = new();

    private string FilePath => Path.Combine(_folder, "one.positions");

    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync()
    {
        _release.TrySetResult();
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Should_store_no_cursor_after_an_event_that_a_handler_still_works_on()
    {
        var copy = Path.Combine(_folder, "copy.positions");
        await using (var first = await StartAsync(FilePath, async (McpEvent received) =>
        {
            if (received.EventId == "e3")
                await _release.Task;
        }))
        {
            var stream = await Server.SubscribedAsync();
            foreach (var n in new[] { 1, 2, 3 })
            {
                await stream.EventAsync($"e{n}", $"c{n}");
                if (n < 3)
                    await StatsHoldAsync(first, stats => stats.HandledEventId.ShouldBe($"c{n}"));
            }

            await stream.HeartbeatAsync("h4");
            await StatsHoldAsync(first, stats => (stats.LastEventId, stats.HandledEventId).ShouldBe(("h4", "c2")));
            await StatsHoldAsync(first, stats => stats.PositionSavedTime.ShouldNotBeNull());
            await Eventually.HoldsAsync(() => File.ReadAllText(FilePath).ShouldContain("c2\\"));
            File.Copy(FilePath, copy);
            _release.SetResult();
            await StatsHoldAsync(first, stats => stats.HandledEventId.ShouldBe("h4"));
        }

        Server.OnSubscribed = async second =>
        {
            await second.ActiveAsync("c2");
            await second.EventAsync("e3", "c3");
        };
        await using var after = await StartAsync(copy, Events.Collect);

        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"c2\"");
        var again = await Events.NextAsync();
        (again.EventId, again.Redelivered).ShouldBe(("e3", true));
    }

    [Fact]
    public async Task Should_resume_with_the_stored_cursor_when_the_process_was_killed()
    {
        var copy = Path.Combine(_folder, "copy.positions");
        await using (var first = await StartAsync(FilePath, Events.Collect))
        {
            await (await Server.SubscribedAsync()).EventAsync("e1", "c1");
            await NextAreAsync("e1");
            // Not in a checksum, where it may be too.
            await Eventually.HoldsAsync(() => File.ReadAllText(FilePath).ShouldContain("c1\\"));
            File.Copy(FilePath, copy);
        }

        Server.OnSubscribed = async second =>
        {
            await second.ActiveAsync("c1");
            await second.EventAsync("e2", "c2");
        };
        await using var after = await StartAsync(copy, Events.Collect);

        await NextAreAsync("e2");
        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"c1\"");
    }

    [Theory]
    [InlineData("""{"severity":"P1"}""", EventsMcp.Incident)]
    [InlineData("{}", "other")]
    public async Task Should_not_use_the_cursor_of_another_subscription(string arguments, string name)
    {
        Server.Pages = [[EventsMcp.Type(), EventsMcp.Type("other")]];
        await using (var first = await StartAsync(FilePath, Events.Collect))
        {
            await (await Server.SubscribedAsync()).EventAsync("e1", "c1");
            await StatsHoldAsync(first, stats => stats.HandledEventId.ShouldBe("c1"));
        }

        await using var second = await StartAsync(FilePath, Events.Collect, o => o with { Event = new McpEventSubscription { Name = name, Arguments = arguments } });

        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("null");
        await Overheard.UntilAsync("starts without its stored position: it is one of another event type, or of other arguments");
    }

    [Fact]
    public async Task Should_store_no_cursor_when_the_server_gives_none()
    {
        Server.OnSubscribed = stream => stream.ActiveAsync(null);
        await using (var first = await StartAsync(FilePath, Events.Collect))
        {
            await (await Server.SubscribedAsync()).EventAsync("e1", null);
            await NextAreAsync("e1");
        }

        (File.Exists(FilePath) ? await File.ReadAllTextAsync(FilePath) : "").ShouldNotContain("null");
    }

    private Task<McpSseHost> StartAsync(string path, Delegate handler, Func<StreamOptions, StreamOptions>? configure = null) => McpSseHost.StartAsync(
        mcp => mcp
            .AddStream(Server.Url, o => (configure ?? (same => same))(Subscribing(Streams.Quick(o))))
            .AddHandler(handler)
            .WithDurableDelivery(delivery => delivery.InFile(path)),
        watch: Overheard.ListenTo);
}
