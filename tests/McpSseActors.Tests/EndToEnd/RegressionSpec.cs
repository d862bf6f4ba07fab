using Akka.Routing;
using McpSseActors.Connections;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Faults that were found once, each by the way it was found.</summary>
public sealed class RegressionSpec
{
    private readonly ReceivedEvents _events = new();

    [Fact]
    public async Task Should_say_stopped_when_stop_follows_restart_at_once()
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        for (var i = 0; i < 20; i++)
        {
            await Eventually.HoldsAsync(async () => (await host.Client.IsConnectedAsync()).ShouldBeTrue());
            await Task.WhenAll(host.Client.RestartAsync(), host.Client.StopAsync());
            (await host.States.UntilAsync(ConnectionState.Stopped)).Reason.ShouldBe("stopped");
            await host.Client.StartAsync();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public async Task Should_answer_and_keep_its_counts_when_asked_for_events_of_a_wrong_type(string type)
    {
        await using var server = new ScriptedServer(Script.Sends("data: x\n\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler(_events.Collect));
        await _events.NextAsync();
        await host.StatsHoldAsync(stats => (stats.State, stats.TotalEventsReceived).ShouldBe((ConnectionState.Connected, 1)));

        var fault = await Record.ExceptionAsync(() => host.Client.GetEventsByTypeAsync(type));

        (await host.Client.GetStatsAsync()).ShouldSatisfyAllConditions(
            stats => stats.TotalEventsReceived.ShouldBe(1),
            stats => stats.State.ShouldBe(ConnectionState.Connected),
            _ => fault.ShouldNotBeOfType<AskTimeoutException>());
    }

    [Fact]
    public async Task Should_refuse_and_go_on_when_an_added_handler_has_no_such_dispatcher()
    {
        var feed = new SemaphoreSlim(0);
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            while (true)
            {
                await feed.WaitAsync(exchange.Stopped);
                await exchange.WriteAsync("data: x\n\n");
            }
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler(_events.Collect));
        feed.Release();
        await _events.NextAsync();

        var broken = HandlerRegistration.ForProps("*", Props.Create(() => new Idle()).WithDispatcher("no.such.dispatcher"));
        var fault = await Record.ExceptionAsync(() => host.McpSse.Ask<HandlerAdded>(new AddHandler(broken), Within.Limit));

        feed.Release();
        await _events.NextAsync();
        fault.ShouldNotBeNull();
        fault.ShouldNotBeOfType<AskTimeoutException>();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1022)]
    [InlineData(1026)]
    [InlineData(int.MaxValue)]
    public void Should_be_a_delay_when_the_server_said_retry_0(int attempt) =>
        Backoff.Delay(new StreamOptions(), attempt, TimeSpan.Zero, null, 0.5).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(60));

    [Fact]
    public async Task Should_not_hammer_the_server_when_it_said_retry_0()
    {
        await using var server = new ScriptedServer(
            Script.SendsAndEnds("retry: 0\n\n"),
            exchange => exchange.AnswerAsync("503 Service Unavailable"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { MaxReconnectAttempts = 10 }));

        TimeSpan? last = null;
        for (var i = 0; i < 8; i++)
            last = (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn;
        last.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromMilliseconds(10));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Should_ask_once_per_attempt_when_the_server_closes_without_an_answer(string method)
    {
        await using var server = new ScriptedServer(_ => Task.CompletedTask);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { MaxReconnectAttempts = 0, HttpMethod = method }));

        await host.States.UntilAsync(ConnectionState.Failed);
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_ask_for_a_fresh_token_again_when_it_was_started_anew_after_a_failure()
    {
        var asked = 0;
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("401 Unauthorized"),
            exchange => exchange.AnswerAsync("401 Unauthorized"),
            exchange => exchange.AnswerAsync("401 Unauthorized"),
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Credentials = (_, _) => ValueTask.FromResult<string?>($"t{++asked}") }));

        await host.States.UntilAsync(ConnectionState.Failed);
        await host.Client.StartAsync();
        await host.States.NextAsync();
        await host.States.NextAsync();
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).State.ShouldBe(ConnectionState.Connected));
    }

    [Fact]
    public void Should_refuse_a_handler_when_its_fence_would_say_nothing()
    {
        Should.Throw<ArgumentException>(() => HandlerRegistration.ForProps("*", Props.Create(() => new Idle()).WithRouter(new RoundRobinPool(2))));
        Should.Throw<ArgumentException>(() => HandlerRegistration.ForActorRef("*", ActorRefs.Nobody));
    }

    private sealed class Idle : ReceiveActor
    {
        public Idle() => Receive<McpEvent>(_ => { });
    }
}
