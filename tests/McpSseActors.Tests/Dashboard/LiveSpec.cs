using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Tests.Dashboard;

/// <summary>What an open page is told, and what that costs the streams.</summary>
public sealed class LiveSpec
{
    [Fact]
    public async Task Should_tell_all_rows_first_and_then_the_changes_when_a_page_is_open()
    {
        await using var server = new ScriptedServer(Sends("data: x\n\n"));
        await using var host = await DashboardHost.StartAsync(mcp => mcp
            .AddStream(server.Url.AbsoluteUri, stream => stream with { Name = "a" })
            .AddStream(new StreamOptions { Name = "b" }));
        await using var live = await LiveStream.OpenAsync(host, "api/v1/live");

        var first = await live.UntilAsync("overview");
        await host.Client.StopAsync("a");
        var change = await live.UntilAsync("overview", overview => Rows(overview).Any(row => row.GetProperty("state").GetString() == "Stopped"));
        await host.Client.AddStreamAsync(new StreamOptions { Name = "c" });
        var added = await live.UntilAsync("overview", overview => Rows(overview).Any(row => row.GetProperty("name").GetString() == "c"));
        await host.Client.RemoveStreamAsync("c");
        var removed = await live.UntilAsync("overview", overview => overview.TryGetProperty("removed", out _));

        Rows(first).Select(row => row.GetProperty("name").GetString()).ShouldBe(["a", "b"]);
        Rows(first)[0].GetProperty("spark").GetArrayLength().ShouldBe(60);
        Rows(change).ShouldAllBe(row => row.GetProperty("name").GetString() == "a");
        added.GetProperty("totals").GetProperty("streams").GetInt32().ShouldBe(3);
        removed.GetProperty("removed").EnumerateArray().Select(each => each.GetString()).ShouldBe(["c"]);
    }

    [Fact]
    public async Task Should_name_the_problems_when_streams_have_some()
    {
        var busy = new TaskCompletionSource();
        await using var server = new ScriptedServer(Sends("data: x\n\n"));
        await using var refusing = new ScriptedServer(exchange => exchange.AnswerAsync("404 Not Found"));
        await using var host = await DashboardHost.StartAsync(mcp => mcp
            .AddStream(server.Url.AbsoluteUri, stream => stream with { Name = "a" })
            .AddStream(refusing.Url.AbsoluteUri, stream => stream with { Name = "b" })
            .AddHandler("*", (McpEvent _, CancellationToken over) => busy.Task.WaitAsync(over)));
        await using var live = await LiveStream.OpenAsync(host, "api/v1/live");

        await live.UntilAsync("overview", overview => ProblemsOf(overview, "a") == "lagging");
        await using var again = await LiveStream.OpenAsync(host, "api/v1/live");
        await again.UntilAsync("overview", overview => ProblemsOf(overview, "b") == "failing");
        busy.SetResult();

        await live.UntilAsync("overview", overview => ProblemsOf(overview, "a") == "");
    }

    [Fact]
    public async Task Should_tell_the_stream_and_its_events_when_the_page_shows_one()
    {
        var go = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync("id: 1\nevent: a\ndata: early\n\n");
            await go.Task;
            await exchange.WriteAsync("id: 2\nevent: b\ndata: other\n\nid: 3\nevent: a\ndata: Late\n\n");
            await exchange.StayAsync();
        });
        await using var host = await DashboardHost.StartAsync(mcp => mcp.AddStream(server.Url.AbsoluteUri, stream => stream with { Name = "s" })
            .AddHandler("*", (McpEvent _) => { }));
        await using var live = await LiveStream.OpenAsync(host, "api/v1/live?stream=s&events=true&type=a&text=la");
        await using var all = await LiveStream.OpenAsync(host, "api/v1/live?stream=s&events=true");
        (await all.UntilAsync("events")).GetProperty("events")[0].GetProperty("data").GetString().ShouldBe("early");

        go.SetResult();
        var events = await live.UntilAsync("events");
        var stream = await all.UntilAsync("stream", each => each.TryGetProperty("point", out var point) && point.GetProperty("rate").GetDouble() > 0);
        await host.Client.StopAsync();
        var stopped = await all.UntilAsync("stream", each => each.TryGetProperty("history", out var history)
            && history.EnumerateArray().Last().GetProperty("state").GetString() == "Stopped");
        await host.Client.RemoveStreamAsync("s");

        var shown = events.GetProperty("events").EnumerateArray().ShouldHaveSingleItem();
        (shown.GetProperty("id").GetString(), shown.GetProperty("sequence").GetInt64()).ShouldBe(("3", 3));
        events.GetProperty("skipped").GetInt32().ShouldBe(0);
        stream.GetProperty("point").GetProperty("byType").GetProperty("a").GetDouble().ShouldBeGreaterThan(0);
        stream.GetProperty("handlers").GetArrayLength().ShouldBe(2);
        stopped.GetProperty("stats").GetProperty("state").GetString().ShouldBe("Stopped");
        (await all.UntilAsync("gone")).GetProperty("stream").GetString().ShouldBe("s");
    }

    [Fact]
    public async Task Should_end_with_the_host_when_pages_are_open()
    {
        await using var host = await DashboardHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s" }));
        await using var live = await LiveStream.OpenAsync(host, "api/v1/live");
        await live.UntilAsync("overview");

        var begun = Stopwatch.GetTimestamp();
        await host.DisposeAsync();

        Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(20), "a host waits 30 s for requests that do not end");
    }

    [Fact]
    public async Task Should_ask_the_streams_once_a_second_when_many_pages_are_open()
    {
        IServiceProvider inner = null!;
        var (client, log) = AskedClient.Of(() => inner.GetRequiredKeyedService<IMcpSseClient>("inner"));
        await using var host = await DashboardHost.StartAsync(mcp => mcp.AddStream(new StreamOptions { Name = "s" }), services: services =>
        {
            var own = services.Last(each => each.ServiceType == typeof(IMcpSseClient));
            services.AddKeyedSingleton("inner", (provider, _) => (IMcpSseClient)own.ImplementationFactory!(provider));
            services.AddSingleton(provider =>
            {
                inner = provider;
                return client;
            });
        });
        var begun = Stopwatch.GetTimestamp();
        var pages = new List<LiveStream>();
        for (var page = 0; page < 5; page++)
            pages.Add(await LiveStream.OpenAsync(host, "api/v1/live?stream=s&events=true"));
        var last = pages[^1];
        for (var second = 0; second < 3; second++)
        {
            await last.UntilAsync("stream");
            foreach (var _ in pages)
                await host.GetAsync("api/v1/stats");
        }

        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;

        log.Asked[nameof(IMcpSseClient.GetAllStatsAsync)].ShouldBeLessThanOrEqualTo((int)(seconds / 0.9) + 1);
        log.Asked[nameof(IMcpSseClient.GetHandlersAsync)].ShouldBeLessThanOrEqualTo((int)(seconds / 0.9) + 2); // one for the rehearsal
        log.Asked[nameof(IMcpSseClient.GetEventsAfterAsync)].ShouldBeLessThanOrEqualTo((int)(seconds / 0.2) + 1);
        foreach (var page in pages)
            await page.DisposeAsync();
    }

    [Fact]
    public async Task Should_hold_up_nothing_when_a_browser_does_not_read()
    {
        const int Events = 20_000;
        var go = new TaskCompletionSource();
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await go.Task;
            var batch = string.Concat(Enumerable.Repeat($"data: {new string('x', 1000)}\n\n", 100));
            for (var sent = 0; sent < Events; sent += 100)
                await exchange.WriteAsync(batch);
            await exchange.StayAsync();
        });
        await using var host = await DashboardHost.StartAsync(mcp => mcp.AddStream(server.Url.AbsoluteUri, stream => stream with { Name = "s" })
            .AddHandler("*", (McpEvent _) => { }));
        using var stalled = new TcpClient { ReceiveBufferSize = 4096 };
        await stalled.ConnectAsync(IPAddress.Loopback, host.Url.Port);
        await stalled.GetStream().WriteAsync("GET /mcp-sse/api/v1/live?stream=s&events=true HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        await using var live = await LiveStream.OpenAsync(host, "api/v1/live?stream=s&events=true");
        await live.UntilAsync("stream");

        go.SetResult();
        var skipped = 0L;
        while (skipped == 0)
            skipped = (await live.UntilAsync("events")).GetProperty("skipped").GetInt64();

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).TotalEventsReceived.ShouldBe(Events));
        (await host.GetAsync("api/v1/me")).GetProperty("canAct").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Should_spread_the_rows_over_updates_of_bounded_length_when_there_are_many_streams()
    {
        const int Streams = 400;
        await using var host = await DashboardHost.StartAsync(mcp =>
        {
            for (var stream = 0; stream < Streams; stream++)
                mcp.AddStream(new StreamOptions { Name = $"{new string('s', 200)}{stream}" });
        });
        await using var live = await LiveStream.OpenAsync(host, "api/v1/live");

        var names = new HashSet<string>();
        var updates = 0;
        while (names.Count < Streams)
        {
            var overview = await live.UntilAsync("overview");
            Encoding.UTF8.GetByteCount(overview.GetRawText()).ShouldBeLessThanOrEqualTo(64 * 1024);
            names.UnionWith(Rows(overview).Select(row => row.GetProperty("name").GetString()!));
            overview.TryGetProperty("more", out _).ShouldBe(names.Count < Streams);
            updates++;
        }

        updates.ShouldBeGreaterThan(1);
    }

    private static JsonElement[] Rows(JsonElement overview) => [.. overview.GetProperty("streams").EnumerateArray()];

    private static string? ProblemsOf(JsonElement overview, string stream) => Rows(overview).Where(row => row.GetProperty("name").GetString() == stream)
        .Select(row => string.Join(' ', row.GetProperty("problems").EnumerateArray())).FirstOrDefault();
}
