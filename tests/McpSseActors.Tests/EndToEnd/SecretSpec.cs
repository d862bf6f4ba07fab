namespace McpSseActors.Tests.EndToEnd;

/// <summary>What is said about a stream holds none of its secrets.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class SecretSpec
{
    private readonly Overheard _overheard = new();

    [Fact]
    public async Task Should_say_no_secret_when_one_fault_follows_another()
    {
        await using var other = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable"));
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("503 Service Unavailable"),
            exchange => exchange.WriteAsync("nonsense\r\n\r\n"),
            exchange =>
            {
                exchange.Reset();
                return Task.CompletedTask;
            },
            exchange => exchange.StayAsync(),
            exchange => exchange.AnswerAsync("301 Moved", "Location: /events?token=SECRET-moved\r\n"),
            Script.SendsAndResets("data: x\n\n"),
            exchange => exchange.AnswerAsync("302 Found", $"Location: {other.Url}?token=SECRET-away\r\n"),
            exchange => exchange.AnswerAsync("302 Found", "Location: http://user:SECRET-user@127.0.0.1:1/?SECRET\r\n"),
            exchange => exchange.AnswerAsync("302 Found", "Location: secret:SECRET\r\n"));
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream($"{server.Url}?token=SECRET-query", o => Streams.Quick(o) with
                {
                    AuthKey = "SECRET-key",
                    CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Api-Key", "SECRET-header"),
                    ConnectionTimeout = TimeSpan.FromSeconds(1),
                    HttpMethod = "POST",
                    HttpBody = "SECRET-body",
                })
                .AddHandler((McpEvent received) => { throw new InvalidOperationException("careless"); }),
            Overheard.Everything,
            watch: _overheard.ListenTo);

        var failed = await host.States.UntilAsync(ConnectionState.Failed);
        failed.Reason.ShouldContain("secret:");
        _overheard.Add(await host.Client.GetStatsAsync());
        _overheard.Add((await host.Client.GetAllStatsAsync()).ShouldHaveSingleItem());
        await _overheard.CaughtUpAsync();
        await host.StopAsync();

        (await server.NextRequestAsync()).Header("X-Api-Key").ShouldBe("SECRET-header");
        _overheard.Said.Count.ShouldBeGreaterThan(30);
        _overheard.Said.ShouldContain(line => line.Contains("Connected to", StringComparison.Ordinal));
        _overheard.ShouldHoldNo("SECRET");
    }

    [Theory]
    [InlineData("SECRET\nx")]
    [InlineData("SECRET\0x")]
    [InlineData("SECRETé")]
    public async Task Should_say_no_secret_when_a_source_gives_a_token_that_cannot_be_sent(string token)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("404 Not Found"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(
            server.Url.ToString(),
            o => Streams.Quick(o) with { MaxReconnectAttempts = 0, Credentials = (_, _) => ValueTask.FromResult<string?>(token) }));

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldNotContain("SECRET");
    }
}
