namespace McpSseActors.Tests.EndToEnd;

/// <summary>Start, stop, restart and every question, in every state of a stream.</summary>
public sealed class CommandSpec
{
    private static readonly TimeSpan Limit = Within.Limit;

    [Theory]
    [InlineData(ConnectionState.Disabled)]
    [InlineData(ConnectionState.Connecting)]
    [InlineData(ConnectionState.Connected)]
    [InlineData(ConnectionState.BackingOff)]
    [InlineData(ConnectionState.Stopped)]
    [InlineData(ConnectionState.Failed)]
    public async Task Should_answer_every_question_when_the_stream_is_in_any_state(ConnectionState state)
    {
        await using var server = ServerFor(state);
        await using var host = await StartAsync(server, state);

        (await AskAsync<StreamStats>(host, new GetStats())).State.ShouldBe(state);
        (await AskAsync<AllStats>(host, new GetAllStats())).Streams.ShouldHaveSingleItem().Stream.ShouldBe("s");
        (await AskAsync<StreamStateChanged>(host, new GetState())).NewState.ShouldBe(state);
        (await AskAsync<RecentEvents>(host, new GetRecentEvents())).Events.ShouldBeEmpty();
        (await AskAsync<RecentEvents>(host, new GetEventsByType("chat.*"))).Events.ShouldBeEmpty();
        (await AskAsync<RecentEventsCleared>(host, new ClearRecentEvents())).Count.ShouldBe(0);
        (await AskAsync<HandlerList>(host, new GetHandlers())).Handlers.ShouldHaveSingleItem().Name.ShouldBe("event-log");
        (await AskAsync<HandlerAdded>(host, new AddHandler(HandlerRegistration.ForDelegate("x", (McpEvent _) => { })))).Name.ShouldBe("delegate");
        (await AskAsync<HandlerRemoved>(host, new RemoveHandler("delegate"))).Existed.ShouldBeTrue();
        (await AskAsync<HandlerRemoved>(host, new RemoveHandler("delegate"))).Existed.ShouldBeFalse();
        var isRunning = state is ConnectionState.Connecting or ConnectionState.Connected or ConnectionState.BackingOff;
        (await host.Client.IsRunningAsync()).ShouldBe(isRunning);
        (await host.Client.IsConnectedAsync()).ShouldBe(state is ConnectionState.Connected);
    }

    [Theory]
    [InlineData(ConnectionState.Connecting)]
    [InlineData(ConnectionState.Connected)]
    [InlineData(ConnectionState.BackingOff)]
    public async Task Should_stop_and_stay_so_when_told_while_running(ConnectionState state)
    {
        await using var server = ServerFor(state);
        await using var host = await StartAsync(server, state);

        (await AskAsync<CommandAccepted>(host, new StopStream())).State.ShouldBe(state);
        var stopped = await host.States.NextAsync();
        stopped.NewState.ShouldBe(ConnectionState.Stopped);
        stopped.Reason.ShouldBe("stopped");
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData(ConnectionState.Disabled)]
    [InlineData(ConnectionState.Stopped)]
    [InlineData(ConnectionState.Failed)]
    public async Task Should_change_nothing_when_told_to_stop_while_resting(ConnectionState state)
    {
        await using var server = ServerFor(state);
        await using var host = await StartAsync(server, state);

        (await AskAsync<CommandAccepted>(host, new StopStream())).State.ShouldBe(state);
        (await AskAsync<StreamStateChanged>(host, new GetState())).NewState.ShouldBe(state);
    }

    [Theory]
    [InlineData(ConnectionState.Connecting)]
    [InlineData(ConnectionState.Connected)]
    [InlineData(ConnectionState.BackingOff)]
    [InlineData(ConnectionState.Disabled)]
    public async Task Should_change_nothing_when_told_to_start_while_running_or_disabled(ConnectionState state)
    {
        await using var server = ServerFor(state);
        await using var host = await StartAsync(server, state);

        (await AskAsync<CommandAccepted>(host, new StartStream())).State.ShouldBe(state);
        (await AskAsync<StreamStateChanged>(host, new GetState())).NewState.ShouldBe(state);
        server.Connections.ShouldBe(state is ConnectionState.Disabled ? 0 : 1);
    }

    [Theory]
    [InlineData(ConnectionState.Stopped)]
    [InlineData(ConnectionState.Failed)]
    public async Task Should_connect_when_told_to_start_while_resting(ConnectionState state)
    {
        await using var server = ServerFor(state);
        await using var host = await StartAsync(server, state);

        await host.Client.StartAsync();
        (await host.States.NextAsync()).ShouldSatisfyAllConditions(
            change => change.OldState.ShouldBe(state),
            change => change.NewState.ShouldBe(ConnectionState.Connecting),
            change => change.Reason.ShouldBe("started"),
            change => change.Attempt.ShouldBe(0));
        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Connected);
    }

    [Theory]
    [InlineData(ConnectionState.Connecting)]
    [InlineData(ConnectionState.Connected)]
    [InlineData(ConnectionState.BackingOff)]
    [InlineData(ConnectionState.Stopped)]
    [InlineData(ConnectionState.Failed)]
    public async Task Should_connect_at_once_when_told_to_restart(ConnectionState state)
    {
        await using var server = ServerFor(state);
        await using var host = await StartAsync(server, state);

        await host.Client.RestartAsync();
        (await host.States.NextAsync()).ShouldSatisfyAllConditions(
            change => change.OldState.ShouldBe(state),
            change => change.NewState.ShouldBe(ConnectionState.Connecting),
            change => change.Reason.ShouldBe("restarted"));
        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_resume_without_losing_or_repeating_when_told_to_restart()
    {
        var events = new ReceivedEvents();
        await using var server = new ScriptedServer(
            Script.Sends("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: unfini"),
            Script.Sends("id: 3\ndata: c\n\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler(events.Collect));

        (await events.TextsAsync(2)).ShouldBe(["a", "b"]);
        await host.States.UntilAsync(ConnectionState.Connected);
        await host.Client.RestartAsync();
        (await events.NextAsync()).Text.ShouldBe("c");
        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Connecting);
        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Connected);
        await server.NextRequestAsync();
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("2");
        (await host.Client.GetStatsAsync()).ConsecutiveReconnectAttempts.ShouldBe(0);
    }

    [Fact]
    public async Task Should_resume_when_started_after_a_stop()
    {
        var events = new ReceivedEvents();
        await using var server = new ScriptedServer(Script.Sends("id: 1\ndata: a\n\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler(events.Collect));

        await events.NextAsync();
        await host.Client.StopAsync();
        await host.States.UntilAsync(ConnectionState.Stopped);
        await host.Client.StartAsync();
        await server.NextRequestAsync();
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("1");
    }

    [Fact]
    public async Task Should_hang_up_when_told_to_stop()
    {
        var hungUp = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.StayAsync();
            hungUp.TrySetResult();
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        await host.States.UntilAsync(ConnectionState.Connected);
        await host.Client.StopAsync();
        await Within.LimitAsync(hungUp.Task);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData(null)]
    [InlineData("")]
    public async Task Should_say_which_streams_there_are_when_it_is_not_clear_which_is_meant(string? name)
    {
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(new StreamOptions { Name = "two" })
            .AddStream(new StreamOptions { Name = "one" }));

        var notFound = await Should.ThrowAsync<StreamNotFoundException>(() => host.Client.GetStatsAsync(name));
        notFound.Message.ShouldContain("one, two");
        await Should.ThrowAsync<StreamNotFoundException>(() => host.Client.RestartAsync(name));
        await Should.ThrowAsync<StreamNotFoundException>(() => host.Client.AddHandlerAsync((McpEvent _) => { }, name));
        (await host.Client.GetAllStatsAsync()).Select(s => s.Stream).ShouldBe(["one", "two"]);
        (await host.Client.GetStatsAsync("one")).Stream.ShouldBe("one");
    }

    [Fact]
    public async Task Should_answer_when_there_are_no_streams()
    {
        await using var host = await McpSseHost.StartAsync(_ => { });

        (await host.Client.GetAllStatsAsync()).ShouldBeEmpty();
        (await Should.ThrowAsync<StreamNotFoundException>(() => host.Client.GetStatsAsync())).Message.ShouldContain("the host has no streams");
    }

    [Fact]
    public async Task Should_go_on_calling_back_when_a_callback_throws()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));
        await host.States.UntilAsync(ConnectionState.Connected);
        var stopped = new TaskCompletionSource();
        using var subscription = host.Client.OnStateChanged(change =>
        {
            if (change.NewState is ConnectionState.Stopped)
                stopped.TrySetResult();
            throw new InvalidOperationException("a careless callback");
        });

        await host.Client.RestartAsync();
        await host.States.UntilAsync(ConnectionState.Connected);
        await host.Client.StopAsync();
        await Within.LimitAsync(stopped.Task);
    }

    [Fact]
    public async Task Should_hang_up_at_once_when_stopped_while_a_handler_stands_still()
    {
        var release = new TaskCompletionSource();
        var hungUp = new TaskCompletionSource<long>();
        var written = 0L;
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenChunkedAsync();
            try
            {
                var part = System.Text.Encoding.ASCII.GetBytes($"data: {new string('x', 1000)}\n\n");
                while (true)
                {
                    await exchange.WriteChunkAsync(part);
                    Interlocked.Add(ref written, part.Length);
                }
            }
            catch (IOException)
            {
                hungUp.TrySetResult(Interlocked.Read(ref written));
            }
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { ShutdownTimeout = TimeSpan.FromSeconds(0.2) })
            .AddHandler("*", async (McpEvent _, CancellationToken _) => await release.Task));
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).BytesReceived.ShouldBeGreaterThan(1000));

        var before = Interlocked.Read(ref written);
        await host.Client.StopAsync();
        var after = await Within.LimitAsync(hungUp.Task);
        release.SetResult();
        (after - before).ShouldBeLessThan(8_000_000);
    }

    private static async Task<McpSseHost> StartAsync(ScriptedServer server, ConnectionState state)
    {
        var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with
        {
            Enabled = state is not ConnectionState.Disabled,
            EnableReconnect = state is not ConnectionState.Stopped,
        }));
        await host.States.UntilAsync(state);
        if (state is not ConnectionState.Disabled)
            await server.NextRequestAsync();
        return host;
    }

    // Brings a stream into the state with its first connection, and accepts every further one.
    private static ScriptedServer ServerFor(ConnectionState state) => state switch
    {
        ConnectionState.Connecting => new ScriptedServer(exchange => exchange.StayAsync(), StayOpenAsync),
        ConnectionState.BackingOff => new ScriptedServer(
            exchange => exchange.AnswerAsync("503 Service Unavailable", "Retry-After: 3000\r\n"), StayOpenAsync),
        ConnectionState.Stopped => new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable"), StayOpenAsync),
        ConnectionState.Failed => new ScriptedServer(exchange => exchange.AnswerAsync("404 Not Found"), StayOpenAsync),
        _ => new ScriptedServer(StayOpenAsync),
    };

    private static Task<T> AskAsync<T>(McpSseHost host, IStreamRequest request) => host.McpSse.Ask<T>(request, Limit);

    private static Task<T> AskAsync<T>(McpSseHost host, GetAllStats request) => host.McpSse.Ask<T>(request, Limit);
}
