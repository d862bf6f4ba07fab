namespace McpSseActors.Tests.Connections;

/// <summary>What a server can send without an end, and what it costs to read it.</summary>
[Collection(nameof(Alone))]
[Trait("Category", "FaultMatrix")]
public sealed class MemorySpec
{
    private const int Megabyte = 1024 * 1024;

    private readonly ReceivedEvents _events = new();
    private readonly TaskCompletionSource _measured = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Should_skip_it_in_bounded_memory_when_a_line_of_data_has_100_MB() =>
        (await OversizedAfterAsync("data: ", new string('x', Megabyte), 100, "\n\n")).ShouldBe(1);

    [Fact]
    public async Task Should_skip_it_in_bounded_memory_when_an_event_has_100_MB_of_lines() =>
        (await OversizedAfterAsync("", $"data: {new string('x', Megabyte - 7)}\n", 100, "\n")).ShouldBe(1);

    [Fact]
    public async Task Should_skip_it_in_bounded_memory_when_a_comment_has_50_MB() =>
        (await OversizedAfterAsync(":", new string('x', Megabyte), 50, "\n")).ShouldBe(0);

    [Fact]
    public async Task Should_skip_it_in_bounded_memory_when_a_field_name_has_50_MB() =>
        (await OversizedAfterAsync("", new string('x', Megabyte), 50, "\n")).ShouldBe(0);

    [Fact]
    public async Task Should_go_on_in_bounded_memory_when_50_MB_of_empty_lines_come() =>
        (await OversizedAfterAsync("", new string('\n', Megabyte), 50, "")).ShouldBe(0);

    [Fact]
    public async Task Should_go_on_in_bounded_memory_when_50_MB_of_comments_come() =>
        (await OversizedAfterAsync("", string.Concat(Enumerable.Repeat(": keep-alive...\n", Megabyte / 16)), 50, "")).ShouldBe(0);

    // Measures while the end of the long thing has not come yet, and returns the count of oversized events after it.
    private async Task<long> OversizedAfterAsync(string begin, string part, int parts, string end)
    {
        var bytes = Encoding.ASCII.GetBytes(part);
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync("data: before\n\n");
            await exchange.WriteAsync(begin);
            for (var i = 0; i < parts; i++)
                await exchange.WriteAsync(bytes);
            await _measured.Task.WaitAsync(exchange.Stopped);
            await exchange.WriteAsync($"{end}data: after\n\n");
            await exchange.StayAsync();
        });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { MaxEventSize = Megabyte })
            .AddHandler(_events.Collect));

        (await _events.NextAsync()).Text.ShouldBe("before");
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).BytesReceived.ShouldBeGreaterThanOrEqualTo((long)parts * bytes.Length));
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        _measured.SetResult();

        // Far below what was sent, and far above what pools keep of earlier reads.
        growth.ShouldBeLessThan(parts * Megabyte * 3 / 5);
        (await _events.NextAsync()).Text.ShouldBe("after");
        server.Connections.ShouldBe(1);
        await host.StatsHoldAsync(stats => stats.TotalEventsReceived.ShouldBe(2));
        return (await host.Client.GetStatsAsync()).Dropped.GetValueOrDefault("oversized");
    }
}
