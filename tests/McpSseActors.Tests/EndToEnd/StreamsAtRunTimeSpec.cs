namespace McpSseActors.Tests.EndToEnd;

/// <summary>Streams that come and go while their host runs.</summary>
public sealed class StreamsAtRunTimeSpec
{
    private readonly ReceivedEvents _events = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Should_read_with_the_handlers_of_the_start_when_a_stream_is_added()
    {
        await using var server = Server(2);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddHandler(_events.Collect));

        (await host.Client.AddStreamAsync(Options(server, ""))).ShouldBe("127.0.0.1");

        (await _events.TextsAsync(2)).ShouldBe(["1", "2"]);
        (await host.Client.GetStreamsAsync()).ShouldBe(["127.0.0.1"]);
        await host.StatsHoldAsync(stats => stats.IsConnected.ShouldBeTrue());
    }

    [Fact]
    public async Task Should_name_every_fault_and_go_on_when_the_options_of_a_new_stream_are_wrong()
    {
        await using var server = Server(0);
        await using var host = await StartAsync(server);
        await host.States.UntilAsync(ConnectionState.Connected);

        var refused = await RefusedAsync(host, new StreamOptions { Name = "a/b", Enabled = true, ReadTimeout = TimeSpan.Zero });
        refused.Faults.Select(fault => fault.Key).ShouldBe(["a/b.read_timeout", "a/b.name", "a/b.server_url"]);
        await Should.ThrowAsync<ArgumentNullException>(() => host.Client.AddStreamAsync(null!));
        refused = await RefusedAsync(host, new StreamOptions { Name = null!, ServerUrl = null!, CustomHeaders = null!, SubscribedEvents = [null!] });
        refused.Faults.Select(fault => fault.Problem).Distinct().ShouldBe(["the value is null"]);
        refused.Faults.Length.ShouldBe(4);

        (await host.Client.GetStreamsAsync()).ShouldBe(["s"]);
        server.Connections.ShouldBe(1, "what is refused disturbs nobody");
    }

    [Theory]
    [InlineData("s")]
    [InlineData("S")]
    public async Task Should_refuse_when_the_name_is_taken(string name)
    {
        await using var server = Server(0);
        await using var host = await StartAsync(server);
        await host.States.UntilAsync(ConnectionState.Connected);

        var refused = await RefusedAsync(host, Options(server, name));

        refused.Faults.ShouldHaveSingleItem().Problem.ShouldBe("another stream has the name 's'");
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_handle_what_is_in_flight_when_a_stream_is_removed()
    {
        await using var server = Server(500);
        await using var host = await StartAsync(server, shutdownTimeout: 60);
        await InFlightAsync(host, 500);

        var removal = host.Client.RemoveStreamAsync("s");
        (await host.States.UntilAsync(ConnectionState.Stopped)).Reason.ShouldBe("removed");
        removal.IsCompleted.ShouldBeFalse();
        (await Should.ThrowAsync<StreamNotFoundException>(() => host.Client.GetStatsAsync("s"))).Message.ShouldBe("Stream 's' is being removed; the host has no streams.");
        (await RefusedAsync(host, Options(server, "s"))).Message.ShouldContain("is still being removed");
        _release.SetResult();

        (await Within.LimitAsync(removal)).ShouldBeTrue();
        _events.Waiting.ShouldBe(500);
        (await host.Client.GetStreamsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_give_up_what_is_in_flight_when_a_removed_stream_is_not_done_within_its_time()
    {
        await using var server = Server(5);
        await using var host = await StartAsync(server, shutdownTimeout: 0.2);
        await InFlightAsync(host, 5);

        (await Within.LimitAsync(host.Client.RemoveStreamAsync("s"))).ShouldBeTrue();

        _events.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Should_have_the_name_free_when_the_removal_is_answered()
    {
        await using var server = Server(1);
        await using var host = await StartAsync(server);
        _release.SetResult();

        for (var i = 0; i < 20; i++)
        {
            (await _events.NextAsync()).Text.ShouldBe("1");
            (await host.Client.RemoveStreamAsync("s")).ShouldBeTrue();
            await host.Client.AddStreamAsync(Options(server, "s"));
        }

        (await _events.NextAsync()).Text.ShouldBe("1", "its counters, cursor and known IDs went with the stream");
        (await host.Client.GetStatsAsync("s")).TotalReconnectAttempts.ShouldBe(0);
    }

    [Fact]
    public async Task Should_say_so_to_everyone_who_asks_when_a_handler_blocks_its_thread()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = Server(1);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(Options(server, "s") with { ShutdownTimeout = TimeSpan.FromSeconds(0.1) }).AddHandler((McpEvent _) => gate.Wait()),
            "mcp-sse { ask-timeout = 0.5s, shutdown-limit = 10s }");
        await InFlightAsync(host, 1);

        foreach (var _ in new[] { "the first caller", "a caller after the first has given up" })
        {
            var refused = await Should.ThrowAsync<TimeoutException>(() => Within.LimitAsync(host.Client.RemoveStreamAsync("s")));
            refused.Message.ShouldBe("Stream 's' is disconnected, but a handler that does not return keeps its actors from stopping.");
            (await RefusedAsync(host, Options(server, "s"))).Message.ShouldContain("is still being removed");
        }

        gate.Set();
        await Eventually.HoldsAsync(async () => (await host.Client.AddStreamAsync(Options(server, "s"))).ShouldBe("s"));
    }

    [Theory]
    [InlineData("503 Service Unavailable", ConnectionState.BackingOff)]
    [InlineData("404 Not Found", ConnectionState.Failed)]
    public async Task Should_connect_no_more_when_a_stream_is_removed_that_is_not_connected(string answer, ConnectionState state)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(answer, "Retry-After: 1\r\n"));
        await using var host = await StartAsync(server, shutdownTimeout: 300);
        await host.States.UntilAsync(state);

        (await Within.LimitAsync(host.Client.RemoveStreamAsync("s"))).ShouldBeTrue();

        // The stream of the same name has its own first attempt, and nothing is left of the other's.
        await host.Client.AddStreamAsync(Options(server, "s") with { Enabled = false });
        (await host.States.UntilAsync(ConnectionState.Disabled)).OldState.ShouldBe(ConnectionState.Idle);
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_answer_all_alike_when_many_ask_for_the_same_removal()
    {
        await using var server = Server(1);
        await using var host = await StartAsync(server, shutdownTimeout: 60);
        await InFlightAsync(host, 1);

        var removals = Enumerable.Range(0, 20).Select(_ => host.Client.RemoveStreamAsync("s")).ToArray();
        _release.SetResult();

        (await Within.LimitAsync(Task.WhenAll(removals))).ShouldAllBe(existed => existed);
        (await host.Client.RemoveStreamAsync("s")).ShouldBeFalse();
        (await host.Client.RemoveStreamAsync(null!)).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_leave_the_others_alone_when_one_hangs_one_fails_and_one_goes()
    {
        var others = new ReceivedEvents();
        await using var server = Server(100);
        await using var broken = new ScriptedServer(exchange => exchange.AnswerAsync("404 Not Found"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(Options(server, "hangs") with { ShutdownTimeout = TimeSpan.FromSeconds(0.2) })
            .AddHandler("*", (McpEvent _) => _release.Task, "hangs")
            .AddHandler((McpEvent received) => (received.Stream == "stays" ? others : _events).Collect(received)));
        await InFlightAsync(host, 100, "hangs");

        await host.Client.AddStreamAsync(Options(broken, "fails"));
        await host.Client.AddStreamAsync(Options(server, "goes") with { ShutdownTimeout = TimeSpan.FromSeconds(0.2) });
        await host.Client.AddStreamAsync(Options(server, "stays"));
        await host.Client.RemoveStreamAsync("goes");

        (await others.TextsAsync(100)).ShouldBe(Enumerable.Range(1, 100).Select(n => $"{n}"));
        (await host.Client.GetAllStatsAsync()).Select(stats => stats.Stream).ShouldBe(["fails", "hangs", "stays"]);
        await host.StatsHoldAsync(stats => stats.IsConnected.ShouldBeTrue(), "stays");
        await host.StatsHoldAsync(stats => (stats.IsConnected, stats.InFlight, stats.TotalReconnectAttempts).ShouldBe((true, 100, 0)), "hangs");
    }

    private static StreamOptions Options(ScriptedServer server, string name) =>
        Streams.Quick(new StreamOptions { Enabled = true, ServerUrl = server.Url.ToString() }) with { Name = name };

    private static async Task<McpSseConfigurationException> RefusedAsync(McpSseHost host, StreamOptions options) =>
        await Should.ThrowAsync<McpSseConfigurationException>(() => host.Client.AddStreamAsync(options));

    private static Task InFlightAsync(McpSseHost host, int events, string stream = "s") =>
        Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync(stream)).InFlight.ShouldBe(events));

    private Task<McpSseHost> StartAsync(ScriptedServer server, double shutdownTimeout = 5) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(Options(server, "s") with { ShutdownTimeout = TimeSpan.FromSeconds(shutdownTimeout) })
        .AddHandler("*", async (McpEvent received, CancellationToken cancellation) =>
        {
            await _release.Task.WaitAsync(cancellation);
            _events.Collect(received);
        }));

    private static ScriptedServer Server(int events) => new(Script.Sends(string.Concat(Enumerable.Range(1, events).Select(n => $"id: {n}\ndata: {n}\n\n"))));
}
