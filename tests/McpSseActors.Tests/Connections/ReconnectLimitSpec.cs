namespace McpSseActors.Tests.Connections;

/// <summary>How often a stream tries again.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class ReconnectLimitSpec
{
    [Fact]
    public async Task Should_stop_when_reconnecting_is_off()
    {
        await using var server = new ScriptedServer(exchange => exchange.OpenAsync());
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { EnableReconnect = false }));

        (await host.States.UntilAsync(ConnectionState.Connected)).Attempt.ShouldBe(0);
        var stopped = await host.States.NextAsync();
        stopped.NewState.ShouldBe(ConnectionState.Stopped);
        stopped.Reason.ShouldContain("enable_reconnect");
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Should_give_up_when_all_attempts_failed(int attempts)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { MaxReconnectAttempts = attempts }));

        for (var attempt = 1; attempt <= attempts; attempt++)
            (await host.States.UntilAsync(ConnectionState.BackingOff)).Attempt.ShouldBe(attempt);
        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldContain("gave up");
        server.Connections.ShouldBe(attempts + 1);
        (await host.Client.GetStatsAsync()).TotalReconnectAttempts.ShouldBe(attempts);
    }

    [Fact]
    public async Task Should_go_on_when_attempts_are_unlimited()
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(
            server.Url.ToString(),
            o => Streams.Quick(o) with
            {
                MaxReconnectAttempts = -1,
                InitialReconnectDelay = TimeSpan.FromMilliseconds(1),
                MaxReconnectDelay = TimeSpan.FromMilliseconds(2),
            }));

        for (var attempt = 1; attempt <= 30; attempt++)
            (await host.States.UntilAsync(ConnectionState.BackingOff)).Attempt.ShouldBe(attempt);
    }

    [Fact]
    public async Task Should_count_anew_when_a_connection_brought_an_event()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("503 Service Unavailable"),
            exchange => exchange.AnswerAsync("503 Service Unavailable"),
            Script.SendsAndEnds("data: x\n\n"),
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { MaxReconnectAttempts = 2 }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Attempt.ShouldBe(1);
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Attempt.ShouldBe(2);
        (await host.States.UntilAsync(ConnectionState.Connected)).Attempt.ShouldBe(2);
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Attempt.ShouldBe(1);
        (await host.States.UntilAsync(ConnectionState.Connected)).Attempt.ShouldBe(1);
        (await host.Client.GetStatsAsync()).TotalReconnectAttempts.ShouldBe(3);
    }

    [Fact]
    public async Task Should_count_anew_when_a_silent_connection_stood_long_enough()
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable"), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { HealthyAfter = TimeSpan.FromMilliseconds(50) }));

        (await host.States.UntilAsync(ConnectionState.Connected)).Attempt.ShouldBe(1);
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).ConsecutiveReconnectAttempts.ShouldBe(0));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":\n\n")]
    [InlineData("retry: 5\n\nid: 1\n\n")]
    [InlineData("data: unfinished")]
    public async Task Should_give_up_when_the_server_accepts_and_drops_without_an_event(string body)
    {
        await using var server = new ScriptedServer(Script.SendsAndEnds(body));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { MaxReconnectAttempts = 2 }));

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldContain("gave up");
        server.Connections.ShouldBe(3);
    }
}
