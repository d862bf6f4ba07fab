namespace McpSseActors.Tests.EndToEnd;

/// <summary>Events read with <c>await foreach</c>.</summary>
public sealed class EventReaderSpec
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Should_give_each_event_once_and_in_order_when_the_stream_is_lost_and_resumed()
    {
        await using var server = new ScriptedServer(
            exchange => SendAsync(exchange, 1, 300, thenStay: false),
            exchange => SendAsync(exchange, 251, 600, thenStay: false),
            exchange => SendAsync(exchange, 601, 1000));
        await using var host = await StartAsync(server);

        var reading = TextsAsync(host.Client.ReadEventsAsync(), 1000);
        await ReadersAsync(host, 1);
        _ready.SetResult();

        (await Within.LimitAsync(reading)).ShouldBe(Numbers(1000));
        await server.NextRequestAsync();
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("300");
    }

    [Fact]
    public async Task Should_give_all_to_each_when_two_read_at_different_speed()
    {
        await using var server = new ScriptedServer(exchange => SendInOnePieceAsync(exchange, 200));
        await using var host = await StartAsync(server);
        await using var slow = host.Client.ReadEventsAsync().GetAsyncEnumerator();
        var first = slow.MoveNextAsync();
        var fast = TextsAsync(host.Client.ReadEventsAsync(), 200);
        await ReadersAsync(host, 2);
        _ready.SetResult();

        (await Within.LimitAsync(fast)).ShouldBe(Numbers(200));
        (await Within.LimitAsync(first.AsTask())).ShouldBeTrue();
        var texts = new List<string> { slow.Current.Text };
        while (texts.Count < 200 && await Within.LimitAsync(slow.MoveNextAsync().AsTask()))
            texts.Add(slow.Current.Text);
        texts.ShouldBe(Numbers(200));
    }

    [Fact]
    public async Task Should_hold_the_server_back_when_the_reader_stands_still()
    {
        // Two chunks in flight, and what the reader and its channel have taken: the first event may come in a separate chunk.
        const int Bound = (2 * 1024) + 1024;
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, 1, 5000));
        await using var host = await StartAsync(server, "mcp-sse.pipeline { chunks-in-flight = 2, chunk-size = 1KiB }");
        await using var reader = host.Client.ReadEventsAsync().GetAsyncEnumerator();
        var first = reader.MoveNextAsync();
        await ReadersAsync(host, 1);
        _ready.SetResult();
        await Within.LimitAsync(first.AsTask());

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).BytesReceived.ShouldBeGreaterThan(0));
        for (var i = 0; i < 100; i++)
            (await host.Client.GetStatsAsync()).BytesReceived.ShouldBeLessThanOrEqualTo(Bound);

        for (var count = 1; count < 5000; count++)
            (await Within.LimitAsync(reader.MoveNextAsync().AsTask())).ShouldBeTrue();
        reader.Current.Text.ShouldBe("5000");
    }

    [Fact]
    public async Task Should_leave_no_handler_and_hold_nobody_back_when_the_loop_is_left()
    {
        var events = new ReceivedEvents();
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, 1, 2000));
        await using var host = await StartAsync(server, "mcp-sse.pipeline { chunks-in-flight = 2, chunk-size = 1KiB }");
        await host.Client.AddHandlerAsync(events.Collect);
        _ready.SetResult();

        await foreach (var received in host.Client.ReadEventsAsync())
        {
            // What the other stream is called, and that there is one, must not matter for the handler of this one.
            await host.Client.AddStreamAsync(new StreamOptions { Name = "other" });
            break;
        }

        (await HandlersAsync(host)).ShouldBe(["delegate"]);
        (await events.TextsAsync(2000)).ShouldBe(Numbers(2000));
    }

    [Fact]
    public async Task Should_end_with_an_exception_and_leave_no_handler_when_the_reading_is_cancelled()
    {
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, 1, 0));
        await using var host = await StartAsync(server);
        using var cancellation = new CancellationTokenSource();
        var reading = TextsAsync(host.Client.ReadEventsAsync().WithCancellation(cancellation.Token), 1);
        await ReadersAsync(host, 1);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Within.LimitAsync(reading));
        (await HandlersAsync(host)).ShouldBeEmpty();
        await Should.ThrowAsync<OperationCanceledException>(() => TextsAsync(host.Client.ReadEventsAsync(cancellation: cancellation.Token), 1));
        (await HandlersAsync(host)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_end_behind_the_last_event_when_the_stream_is_removed()
    {
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, 1, 50));
        await using var host = await StartAsync(server);
        var reader = host.Client.ReadEventsAsync("*", "s").GetAsyncEnumerator();
        var first = reader.MoveNextAsync();
        await ReadersAsync(host, 1);
        _ready.SetResult();
        await Within.LimitAsync(first.AsTask());
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).TotalEventsReceived.ShouldBe(50));

        var removal = host.Client.RemoveStreamAsync("s");
        var count = 1;
        while (await Within.LimitAsync(reader.MoveNextAsync().AsTask()))
            count++;

        count.ShouldBe(50);
        (await Within.LimitAsync(removal)).ShouldBeTrue();
        // Another reader of the same name, at the stream that took the place, is not this one's to remove.
        await host.Client.AddStreamAsync(Options(server));
        var next = TextsAsync(host.Client.ReadEventsAsync("*", "s"), 51);
        await ReadersAsync(host, 1);
        await reader.DisposeAsync();
        await ReadersAsync(host, 1);
    }

    [Fact]
    public async Task Should_end_when_the_host_stops()
    {
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, 1, 3));
        await using var host = await StartAsync(server);
        var reading = TextsAsync(host.Client.ReadEventsAsync(), 100);
        await ReadersAsync(host, 1);
        _ready.SetResult();
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).ShouldSatisfyAllConditions(
            stats => stats.TotalEventsReceived.ShouldBe(3), stats => stats.InFlight.ShouldBe(0)));

        await host.StopAsync();

        (await Within.LimitAsync(reading)).ShouldBe(Numbers(3));
    }

    [Fact]
    public async Task Should_wait_when_the_stream_is_stopped_and_go_on_when_it_is_started()
    {
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, 1, 2), exchange => SendAsync(exchange, 3, 4));
        await using var host = await StartAsync(server);
        _ready.SetResult();
        await using var reader = host.Client.ReadEventsAsync().GetAsyncEnumerator();
        var first = reader.MoveNextAsync();
        await ReadersAsync(host, 1);
        await host.Client.StopAsync();
        await host.States.UntilAsync(ConnectionState.Stopped);
        await host.Client.StartAsync();

        (await Within.LimitAsync(first.AsTask())).ShouldBeTrue();
        while (reader.Current.Text != "4")
            (await Within.LimitAsync(reader.MoveNextAsync().AsTask())).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_refuse_at_once_when_pattern_or_stream_is_wrong()
    {
        await using var server = new ScriptedServer(exchange => SendAsync(exchange, 1, 0));
        await using var host = await StartAsync(server);

        Should.Throw<FormatException>(() => { host.Client.ReadEventsAsync(""); });
        await Should.ThrowAsync<StreamNotFoundException>(() => TextsAsync(host.Client.ReadEventsAsync("*", "nobody"), 1));
        (await HandlersAsync(host)).ShouldBeEmpty();
    }

    private static async Task<List<string>> TextsAsync(IAsyncEnumerable<McpEvent> events, int count) => await TextsAsync(events.WithCancellation(default), count);

    private static async Task<List<string>> TextsAsync(System.Runtime.CompilerServices.ConfiguredCancelableAsyncEnumerable<McpEvent> events, int count)
    {
        var texts = new List<string>();
        await foreach (var received in events)
        {
            texts.Add(received.Text);
            if (texts.Count == count)
                break;
        }

        return texts;
    }

    private static string[] Numbers(int last) => [.. Enumerable.Range(1, last).Select(n => $"{n}")];

    private static async Task<IEnumerable<string>> HandlersAsync(McpSseHost host) =>
        (await host.Client.GetHandlersAsync("s")).Select(handler => handler.Name);

    private static Task ReadersAsync(McpSseHost host, int count) =>
        Eventually.HoldsAsync(async () => (await HandlersAsync(host)).Count(name => name.StartsWith("reader", StringComparison.Ordinal)).ShouldBe(count));

    private static StreamOptions Options(ScriptedServer server) => Streams.Quick(new StreamOptions
    {
        Enabled = true,
        ServerUrl = server.Url.ToString(),
        EnableEventLogging = false,
        ShutdownTimeout = TimeSpan.FromSeconds(60),
    });

    private static Task<McpSseHost> StartAsync(ScriptedServer server, string hocon = "") =>
        McpSseHost.StartAsync(mcp => mcp.AddStream(Options(server)), hocon);

    private static string Event(int number) => $"id: {number}\ndata: {number}\n\n";

    // Few reads, and so few chunks: one reader that waits does not delay the others before everything is read.
    private async Task SendInOnePieceAsync(Exchange exchange, int last)
    {
        await _ready.Task.WaitAsync(exchange.Stopped);
        await exchange.OpenAsync();
        await exchange.WriteAsync(string.Concat(Enumerable.Range(1, last).Select(Event)));
        await exchange.StayAsync();
    }

    private async Task SendAsync(Exchange exchange, int first, int last, bool thenStay = true)
    {
        await _ready.Task.WaitAsync(exchange.Stopped);
        await exchange.OpenAsync();
        for (var number = first; number <= last; number++)
            await exchange.WriteAsync(Event(number));
        if (thenStay)
            await exchange.StayAsync();
    }
}
