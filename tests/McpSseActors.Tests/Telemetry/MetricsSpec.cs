using McpSseActors.Tests.Docs;

namespace McpSseActors.Tests.Telemetry;

/// <summary>What is measured is what happened, and nothing of it outlives its host.</summary>
public sealed class MetricsSpec
{
    private const string Events = ": beat\nid: 1\nevent: a\ndata: {}\n\nid: 2\nevent: a\ndata: {}\n\nid: 3\nevent: b\ndata: {}\n\nid: 4\nevent: x\ndata: {}\n\n";

    [Fact]
    public async Task Should_measure_what_came_when_events_were_handled()
    {
        using var measured = new Measurements("metrics-events");
        await using var server = new ScriptedServer(SendAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Name = "metrics-events", SubscribedEvents = ["a", "b"], EnableEventLogging = false })
            .AddHandler("a", (McpEvent received) => Fail(received)));

        await Eventually.HoldsAsync(() =>
        {
            measured.Sum("mcp_sse.handler.failures").ShouldBe(1);
            measured.Of("mcp_sse.handler.duration").ShouldHaveSingleItem();
            measured.Sum("mcp_sse.events.received", "mcp_sse.event.type", "a").ShouldBe(2);
            measured.Sum("mcp_sse.events.received", "mcp_sse.event.type", "b").ShouldBe(1);
            measured.Sum("mcp_sse.events.routed", "mcp_sse.routing", "dispatched").ShouldBe(2);
            measured.Sum("mcp_sse.events.routed", "mcp_sse.routing", "unhandled").ShouldBe(1);
            measured.Sum("mcp_sse.events.routed", "mcp_sse.routing", "filtered").ShouldBe(1);
            measured.Sum("mcp_sse.stream.io").ShouldBe(Events.Length);
            measured.Sum("mcp_sse.comments").ShouldBe(1);
        });

        measured.Of("mcp_sse.handler.failures").Single().Tag("error.type").ShouldBe("System.InvalidOperationException");
        var duration = measured.Of("mcp_sse.handler.duration").Single();
        duration.Tag("mcp_sse.handler").ShouldBe("delegate");
        duration.Value.ShouldBeInRange(0, 20);
        var attributes = measured.Of("mcp_sse.stream.io")[0];
        attributes.Tag("server.address").ShouldBe("127.0.0.1");
        attributes.Tag("server.port").ShouldBe($"{server.Port}");
        attributes.Tag("akka.system").ShouldBe("test");
    }

    [Fact]
    public async Task Should_count_the_dead_letters_of_each_handler_that_are_kept()
    {
        const string stream = "metrics-letters";
        var folder = Directory.CreateTempSubdirectory("letters-");
        using var measured = new Measurements(stream);
        await using var server = new ScriptedServer(SendAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Name = stream, EnableEventLogging = false })
            .AddHandler(HandlerRegistration.ForDelegate("a", (McpEvent _) => { throw new InvalidOperationException("no"); }) with { Name = "fails", Retry = RetryOptions.OneAttempt })
            .WithDurableDelivery(delivery => delivery.InFile(Path.Combine(folder.FullName, "positions"))));

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).HandledEventId.ShouldBe("4"));

        await Eventually.HoldsAsync(() => measured.Sum("mcp_sse.dead_letters", "mcp_sse.handler", "fails").ShouldBe(2));
        measured.Of("mcp_sse.dead_letters").Count.ShouldBe(2, "no other handler gave up an event");
        await host.StatsHoldAsync(stats => stats.DeadLetters.ShouldBe(2));
        await host.StopAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Should_measure_attempts_and_delays_when_the_server_comes_and_goes()
    {
        using var measured = new Measurements("metrics-attempts");
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("503 Service Unavailable"),
            Script.SendsAndResets("id: 1\ndata: x\n\nda"),
            SendTwiceAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Name = "metrics-attempts" }));

        await Eventually.HoldsAsync(() => measured.Sum("mcp_sse.events.dropped", "mcp_sse.drop.reason", "duplicate").ShouldBe(1));
        await host.Client.StopAsync();
        await host.States.UntilAsync(ConnectionState.Stopped);

        measured.Of("mcp_sse.attempts").Select(m => (m.Tag("mcp_sse.outcome"), m.Tag("error.type")))
            .ShouldBe([("rejected", "503"), ("lost", "lost"), ("abandoned", null)]);
        measured.Of("mcp_sse.reconnect.delay").Count.ShouldBe(2);
        measured.Of("mcp_sse.reconnect.delay").ShouldAllBe(m => m.Value > 0 && m.Value < 1);
    }

    [Fact]
    public async Task Should_observe_the_state_and_what_is_in_flight_until_the_host_stops()
    {
        using var measured = new Measurements("metrics-state");
        using var gate = new ManualResetEventSlim();
        await using var server = new ScriptedServer(SendAsync);
        var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Name = "metrics-state" })
            .AddHandler("a", (McpEvent _) => { gate.Wait(Within.Limit); }));
        await using (host)
        {
            await Eventually.HoldsAsync(() => measured.Observe("mcp_sse.events.in_flight").ShouldHaveSingleItem().Value.ShouldBe(2));
            var states = measured.Observe("mcp_sse.stream.state");
            states.Count.ShouldBe(Enum.GetValues<ConnectionState>().Length);
            states.Count(m => m.Value == 1).ShouldBe(1);
            // The state takes another way to the statistics than the events.
            await Eventually.HoldsAsync(() => measured.Observe("mcp_sse.stream.state").Single(m => m.Value == 1).Tag("mcp_sse.state").ShouldBe("connected"));
            gate.Set();
            await Eventually.HoldsAsync(() => measured.Observe("mcp_sse.events.in_flight").ShouldHaveSingleItem().Value.ShouldBe(0));
        }

        measured.Observe("mcp_sse.stream.state").ShouldBeEmpty();
        measured.Observe("mcp_sse.events.in_flight").ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_observe_nothing_of_a_stream_when_it_is_removed()
    {
        using var measured = new Measurements("metrics-removed");
        await using var server = new ScriptedServer(SendAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "metrics-removed" }));
        await host.States.UntilAsync(ConnectionState.Connected);
        measured.Observe("mcp_sse.stream.state").ShouldNotBeEmpty();

        await host.Client.RemoveStreamAsync("metrics-removed");

        measured.Observe("mcp_sse.stream.state").ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_bound_the_types_that_it_names_when_a_server_makes_up_new_ones()
    {
        using var measured = new Measurements("metrics-types");
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync(string.Concat(Enumerable.Range(0, 50).Select(n => $"event: made-up-{n}\ndata: x\n\n")));
            await exchange.WriteAsync($"event: {new string('x', 10_000)}\ndata: x\n\n");
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "metrics-types" }), "mcp-sse.pipeline.max-event-types = 5");

        await Eventually.HoldsAsync(() => measured.Sum("mcp_sse.events.received").ShouldBe(51));
        var types = measured.Of("mcp_sse.events.received").Select(m => m.Tag("mcp_sse.event.type")).Distinct().ToArray();
        types.Length.ShouldBeLessThanOrEqualTo(6);
        types.ShouldContain("(other)");
    }

    [Fact]
    public async Task Should_tell_two_hosts_apart_when_their_streams_have_one_name()
    {
        using var measured = new Measurements("metrics-twins");
        await using var server = new ScriptedServer(SendAsync);
        await using var running = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "metrics-twins" }));
        await running.States.UntilAsync(ConnectionState.Connected);
        await using var disabled = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "metrics-twins", Enabled = false }), name: "other");

        await Eventually.HoldsAsync(() =>
        {
            measured.Observe("mcp_sse.stream.state").Where(m => m.Value == 1).Select(m => (m.Tag("akka.system"), m.Tag("mcp_sse.state")))
                .ShouldBe([("test", "connected"), ("other", "disabled")], ignoreOrder: true);
        });
    }

    [Fact]
    public void Should_name_every_instrument_with_its_unit_when_the_page_lists_them()
    {
        using var measured = new Measurements("");
        var page = Pages.Read("docs/observability.md");

        measured.Units.Count.ShouldBe(16);
        foreach (var (name, unit) in measured.Units)
            page.ShouldContain($"| `{name}` | `{unit}` |");
    }

    private static void Fail(McpEvent received)
    {
        if (received.EventId == "2")
            throw new InvalidOperationException("careless");
    }

    private static async Task SendAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync(Events);
        await exchange.StayAsync();
    }

    private static async Task SendTwiceAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync("id: 1\ndata: x\n\n");
        await exchange.StayAsync();
    }
}
