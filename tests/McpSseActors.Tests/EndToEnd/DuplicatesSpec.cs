namespace McpSseActors.Tests.EndToEnd;

/// <summary>The key <c>duplicates</c>: what becomes of events that look like repeats.</summary>
public sealed class DuplicatesSpec
{
    private readonly ReceivedEvents _received = new();

    [Theory]
    [InlineData(DuplicateEvents.Drop, "open closed open | new", 3)]
    [InlineData(DuplicateEvents.Deliver, "open closed open | open closed open new", 0)]
    [InlineData(DuplicateEvents.Mark, "open closed open | open* closed* open* new", 0)]
    public async Task Should_decide_when_ids_restart_with_equal_content(DuplicateEvents duplicates, string expected, int dropped)
    {
        const string State = "id: 1\nretry: 1\ndata: open\n\nid: 2\ndata: closed\n\nid: 3\ndata: open\n\n";
        await using var server = new ScriptedServer(Serving(State, stay: false), Serving($"{State}id: 4\ndata: new\n\n", stay: true));
        await using var host = await StartAsync(server, duplicates);

        var events = await WordsAsync(expected.Split(' ').Length - 1);

        string.Join(' ', events[..3]).ShouldBe(expected.Split(" | ")[0]);
        string.Join(' ', events[3..]).ShouldBe(expected.Split(" | ")[1]);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.Dropped.GetValueOrDefault("duplicate").ShouldBe(dropped);
            stats.Dispatched.ShouldBe(events.Length);
            stats.LastEventId.ShouldBe("4");
        });
        _received.Waiting.ShouldBe(0);
    }

    [Theory]
    [InlineData(DuplicateEvents.Drop, "hello 1 2 3 hello 4 hello 5")]
    [InlineData(DuplicateEvents.Deliver, "hello 1 2 hello 3 hello 4 hello 5")]
    [InlineData(DuplicateEvents.Mark, "hello 1 2 hello* 3 hello 4 hello 5")]
    public async Task Should_learn_that_a_greeting_is_no_repeat(DuplicateEvents duplicates, string expected)
    {
        const string Greeting = "id: 0\nretry: 1\ndata: hello\n\n";
        await using var server = new ScriptedServer(
            Serving($"{Greeting}id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n", stay: false),
            Serving($"{Greeting}id: 3\ndata: 3\n\n", stay: false),
            Serving($"{Greeting}id: 4\ndata: 4\n\n", stay: false),
            Serving($"{Greeting}id: 5\ndata: 5\n\n", stay: true));
        await using var host = await StartAsync(server, duplicates);

        string.Join(' ', await WordsAsync(expected.Split(' ').Length)).ShouldBe(expected);
    }

    [Fact]
    public async Task Should_end_the_repeats_when_the_requested_event_has_passed()
    {
        const string Door = "id: 1\nretry: 1\ndata: open\n\nid: 2\ndata: closed\n\n";
        await using var server = new ScriptedServer(Serving(Door, stay: false), Serving($"id: 2\ndata: closed\n\n{Door}", stay: true));
        await using var host = await StartAsync(server, DuplicateEvents.Mark);

        (await WordsAsync(5)).ShouldBe(["open", "closed", "closed*", "open", "closed"]);
    }

    [Fact]
    public async Task Should_mark_events_in_batches_and_with_payloads()
    {
        const string Event = "id: 1\nretry: 1\nevent: typed\ndata: {\"text\":\"x\"}\n\nid: 2\nevent: typed\ndata: {\"text\":\"y\"}\n\n";
        await using var server = new ScriptedServer(Serving(Event, stay: false), Serving(Event, stay: true));
        var typed = new ReceivedEvents();
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Options(o) with { Duplicates = DuplicateEvents.Mark })
            .MapPayload<Words>("typed")
            .AddHandler(HandlerRegistration.ForPayload<Words>("typed", (McpEvent<Words> e) => typed.Collect(e)))
            .AddHandler("typed", Akka.Actor.Props.Create(() => new Batches(_received))));

        (await TextsAsync(typed)).ShouldBe(["x", "y", "x*", "y*"]);
        (await TextsAsync(_received)).ShouldBe(["x", "y", "x*", "y*"]);

        static async Task<string[]> TextsAsync(ReceivedEvents events)
        {
            var texts = new string[4];
            for (var i = 0; i < texts.Length; i++)
            {
                var received = (McpEvent<Words>)await events.NextAsync();
                texts[i] = received.Payload.Text + (received.Redelivered ? "*" : "");
            }

            return texts;
        }
    }

    [Theory]
    [InlineData("1 2 3 4 5 6 7", "1 2 3 4 5 6 7", 6)]
    [InlineData("3 4 5 6 7", "7", 0)]
    [InlineData("hello 5 6 7", "hello 5 6 7", 2)]
    [InlineData("hello 7", "hello 7", 0)]
    [InlineData("1 2 3 4 6 5 7", "1 2 3 4 6 5 7", 1)]
    public async Task Should_count_the_repeats_that_it_missed_when_the_server_replays_more_than_it_remembers(string replay, string delivered, int missed)
    {
        await using var server = new ScriptedServer(Serving($"retry: 1\n{Events("1 2 3 4 5 6")}", stay: false), Serving(Events(replay), stay: true));
        await using var host = await StartAsync(server, DuplicateEvents.Drop, "mcp-sse.pipeline.resume-window = 4");

        string.Join(' ', (await WordsAsync(6 + delivered.Split(' ').Length))[6..]).ShouldBe(delivered);

        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.LastEventId.ShouldBe("7");
            stats.MissedDuplicates.ShouldBe(missed);
        });
    }

    [Fact]
    public async Task Should_apply_a_change_without_a_reconnect()
    {
        const string Event = "id: 1\nretry: 1\ndata: a\n\n";
        var change = new TaskCompletionSource();
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.OpenAsync();
                await exchange.WriteAsync(Event);
                await change.Task;
            },
            Serving(Event, stay: true));
        using var file = new EditedFile(Toml(server, "drop"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.From(TomlConfiguration.Load(file.Path, reload: true)).AddHandler("*", _received.Collect));
        (await WordsAsync(1)).ShouldBe(["a"]);

        file.Write(Toml(server, "mark"));
        await host.Client.ReloadAsync();
        change.SetResult();

        (await WordsAsync(1)).ShouldBe(["a*"]);
        server.Connections.ShouldBe(2);
    }

    private static string Toml(ScriptedServer server, string duplicates) =>
        $"[mcp_sse]\nenable = true\nserver_url = \"{server.Url}\"\nduplicates = \"{duplicates}\"\ninitial_reconnect_delay = 0.001\n";

    private Task<McpSseHost> StartAsync(ScriptedServer server, DuplicateEvents duplicates, string hocon = "") => McpSseHost.StartAsync(
        mcp => mcp
            .AddStream(server.Url.ToString(), o => Options(o) with { Duplicates = duplicates })
            .AddHandler("*", _received.Collect),
        hocon);

    private static StreamOptions Options(StreamOptions options) => options with { InitialReconnectDelay = TimeSpan.FromMilliseconds(1), MaxReconnectAttempts = -1 };

    private async Task<string[]> WordsAsync(int count)
    {
        var words = new string[count];
        for (var i = 0; i < count; i++)
        {
            var received = await _received.NextAsync();
            words[i] = received.Text + (received.Redelivered ? "*" : "");
        }

        return words;
    }

    private static string Events(string ids) => string.Concat(ids.Split(' ').Select(id => $"id: {id}\ndata: {id}\n\n"));

    private static Func<Exchange, Task> Serving(string events, bool stay) => async exchange =>
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync(events);
        if (stay)
            await exchange.StayAsync();
    };

    private sealed record Words(string Text);

    private sealed class Batches(ReceivedEvents log) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            foreach (var received in events)
            {
                received.ToEvent().Redelivered.ShouldBe(received.Redelivered);
                log.Collect(received.ToEvent());
            }
        }
    }
}
