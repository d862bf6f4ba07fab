namespace McpSseActors.Tests.Mcp.Events;

/// <summary>Several subscriptions, and their end.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsStopSpec : EventsSpec, IAsyncLifetime
{
    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task Should_close_the_response_and_say_nothing_else_when_it_stops()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await host.States.UntilAsync(ConnectionState.Connected);
        var asked = Server.Asked.Length;

        await host.Client.StopAsync();

        await Within.LimitAsync(stream.Stream.OverAsync());
        Server.Asked.Length.ShouldBe(asked);
    }

    [Fact]
    public async Task Should_keep_three_subscriptions_apart()
    {
        Server.Pages = [[EventsMcp.Type("a"), EventsMcp.Type("b"), EventsMcp.Type("c")]];
        await using var host = await SubscribeAsync(o => o with { Event = new McpEventSubscription { Name = "a" } });
        await Server.SubscribedAsync();
        foreach (var name in new[] { "b", "c" })
        {
            await host.Client.AddStreamAsync(Subscribing(Streams.Quick(new StreamOptions { Enabled = true, ServerUrl = Server.Url })) with
            {
                Name = name,
                Event = new McpEventSubscription { Name = name, Arguments = """{"severity":"P1"}""" },
            });
            await Server.SubscribedAsync(name == "b" ? 2 : 3);
        }

        var streams = new[] { await Server.SubscribedAsync(1), await Server.SubscribedAsync(2), await Server.SubscribedAsync(3) };
        streams.Select(stream => stream.Call.Params.GetProperty("arguments").GetRawText()).ShouldBe(["{}", """{"severity":"P1"}""", """{"severity":"P1"}"""]);
        foreach (var (stream, name) in streams.Zip(["a", "b", "c"]))
            await stream.EventAsync("e1", $"cursor-{name}", name: name);
        await Eventually.HoldsAsync(async () => (await host.Client.GetAllStatsAsync()).Select(stats => stats.LastEventId).ShouldBe(
            ["cursor-b", "cursor-c", "cursor-a"]));

        await host.Client.RemoveStreamAsync("b");

        await Within.LimitAsync(streams[1].Stream.OverAsync());
        (streams[0].Stream.IsOver, streams[2].Stream.IsOver).ShouldBe((false, false));
    }

    [Fact]
    public async Task Should_never_use_an_id_again()
    {
        Server.Capabilities = EventsMcp.TellsChanges;
        await using var host = await SubscribeAsync();
        for (var n = 1; n <= 3; n++)
        {
            await Server.SubscribedAsync(n);
            await host.States.UntilAsync(ConnectionState.Connected);
            Server.Drop();
        }

        await Server.SubscribedAsync(4);
        var ids = Server.Calls.Select(call => call.Id).ToList();
        ids.Distinct().Count().ShouldBe(ids.Count);
    }

    [Fact]
    public async Task Should_start_with_new_events_when_a_file_changes_its_arguments()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Toml("P1"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.FromToml(file, reload: true).AddHandler(Events.Collect));
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");
        await NextAreAsync("e1");
        await File.WriteAllTextAsync(file, Toml("P2"));
        await host.Client.ReloadAsync();

        var second = await Server.SubscribedAsync(2);
        (second.Cursor, second.Call.Params.GetProperty("arguments").GetRawText()).ShouldBe(("null", """{"severity":"P2"}"""));
        await second.EventAsync("e1", "d1");
        (await Events.NextAsync()).LastEventId.ShouldBe("d1");
        File.Delete(file);

        string Toml(string severity) => $$"""
            [mcp_sse]
            enable = true
            name = "s"
            server_url = "{{Server.Url}}"
            transport = "events"
            event.name = "incident.created"
            event.arguments = { severity = "{{severity}}" }
            """;
    }

    [Fact]
    public async Task Should_start_with_new_events_when_its_arguments_change()
    {
        await using var host = await SubscribeAsync();
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");
        await NextAreAsync("e1");
        await host.Client.RemoveStreamAsync("s");
        await host.Client.AddStreamAsync(Subscribing(Streams.Quick(new StreamOptions { Enabled = true, ServerUrl = Server.Url })) with
        {
            Event = new McpEventSubscription { Name = EventsMcp.Incident, Arguments = """{"severity":"P1"}""" },
        });

        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("null");
    }
}
