using System.Globalization;
using McpSseActors.Actors.Positions;
using McpSseActors.Positions;
using McpSseActors.Sse;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>
/// A new process goes on where the handlers of the one before had finished. A copy of the file of positions, taken while the first host
/// runs, is what a killed process would leave behind.
/// </summary>
[Trait("Category", "Durability")]
public sealed class DurableDeliverySpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("durable-").FullName;
    private readonly TaskCompletionSource _release = new();

    private string FilePath => Path.Combine(_folder, "one.positions");

    public void Dispose()
    {
        _release.TrySetResult();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Should_resume_after_the_last_event_when_the_host_was_stopped()
    {
        await using var server = Numbers(10);
        await using (var first = await StartAsync(server, (McpEvent _) => { }))
            await HandledAsync(first, "10");
        await server.NextRequestAsync();

        await using var second = await StartAsync(server, (McpEvent _) => { });

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("10");
    }

    [Fact]
    public async Task Should_deliver_again_what_was_not_handled_when_the_process_was_killed()
    {
        var copy = Path.Combine(_folder, "copy.positions");
        await using var server = Numbers(200);
        await using (var first = await StartAsync(server, async (McpEvent received) =>
        {
            if (received.EventId == "100")
                await _release.Task;
        }))
        {
            await Eventually.HoldsAsync(async () =>
                int.Parse((await first.Client.GetStatsAsync("s")).HandledEventId ?? "0", CultureInfo.InvariantCulture).ShouldBeInRange(1, 99));
            await Eventually.HoldsAsync(async () => (await first.Client.GetStatsAsync("s")).PositionSavedTime.ShouldNotBeNull());
            File.Copy(FilePath, copy);
            _release.SetResult();
        }

        await server.NextRequestAsync();
        var handled = new ConcurrentQueue<string>();
        await using var second = await StartAsync(server, (McpEvent received) => handled.Enqueue(received.EventId!), copy);

        var resumedAfter = int.Parse((await server.NextRequestAsync()).Header("Last-Event-ID")!, CultureInfo.InvariantCulture);
        resumedAfter.ShouldBeInRange(1, 99, "the events before the current one were handled");
        await HandledAsync(second, "200");
        handled.ShouldBe(Enumerable.Range(resumedAfter + 1, 200 - resumedAfter).Select(n => n.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Should_keep_the_position_when_a_handler_stopped_after_a_failure()
    {
        await using var server = Numbers(64);
        void Fail(McpEvent received)
        {
            if (received.EventId == "40")
                throw new InvalidOperationException("no");
        }

        await using var host = await StartAsync(server, HandlerRegistration.ForDelegate("*", Fail) with { MaxRestarts = 0 });

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).StoppedHandlers.ShouldNotBeEmpty());

        // Where exactly depends on how the network cut the events.
        await Eventually.HoldsAsync(async () =>
            int.Parse((await host.Client.GetStatsAsync("s")).HandledEventId ?? "0", CultureInfo.InvariantCulture).ShouldBeInRange(1, 39));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_keep_the_position_when_a_handler_could_not_start(bool canBeCreated)
    {
        var handled = 0;
        await using var server = Numbers(64);
        var broken = HandlerRegistration.ForProps("*", Props.Create(() => new Broken())) with { Name = "broken" };
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(Options(server))
            .AddHandler((McpEvent _) => { Interlocked.Increment(ref handled); })
            .AddHandler(canBeCreated ? broken : HandlerRegistration.ForProps("*", broken.Props!(null!, null).WithDispatcher("none")) with { Name = "broken" })
            .WithDurableDelivery(delivery => delivery.In(() => new FakeStore())));

        await Eventually.HoldsAsync(() => handled.ShouldBe(64));
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).StoppedHandlers.ShouldHaveSingleItem());

        (await host.Client.GetStatsAsync("s")).HandledEventId.ShouldBeNull();
    }

    [Fact]
    public async Task Should_go_on_when_a_handler_is_removed_on_request()
    {
        await using var server = Numbers(64);
        await using var host = await StartAsync(server, HandlerRegistration.ForDelegate("*", async (McpEvent _) => await _release.Task) with { Name = "slow" });
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).InFlight.ShouldBe(64));

        await host.Client.RemoveHandlerAsync("slow", "s");

        await HandledAsync(host, "64");
    }

    [Fact]
    public async Task Should_not_wait_for_a_handler_that_may_lose_events()
    {
        await using var server = Numbers(64);
        await using var host = await StartAsync(server, HandlerRegistration.ForDelegate("*", async (McpEvent _) => await _release.Task) with { Overflow = HandlerOverflow.DropOldest });

        await HandledAsync(host, "64");
        _release.SetResult();
    }

    [Fact]
    public async Task Should_not_use_the_position_of_another_server()
    {
        await using var server = Numbers(3);
        await using (var first = await StartAsync(server, (McpEvent _) => { }))
            await HandledAsync(first, "3");

        await using var other = Numbers(3);
        await using var second = await StartAsync(other, (McpEvent _) => { });

        (await other.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
    }

    [Fact]
    public async Task Should_forget_the_position_when_the_stream_is_removed()
    {
        await using var server = Numbers(3);
        await using var host = await StartAsync(server, (McpEvent _) => { });
        await HandledAsync(host, "3");
        await server.NextRequestAsync();

        await host.Client.RemoveStreamAsync("s");
        await host.Client.AddStreamAsync(Options(server));

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
    }

    [Fact]
    public async Task Should_stop_the_stream_when_another_process_takes_it_over()
    {
        await using var server = Numbers(3, then: 4);
        var store = new FakeStore();
        await using var host = await StartAsync(server, store);
        await HandledAsync(host, "3");

        store.IsTakenOver = true;
        _release.SetResult();

        await host.States.UntilAsync(ConnectionState.Stopped);
        var stats = await host.Client.GetStatsAsync("s");
        stats.StateReason.ShouldBe("another process has taken over the stream");
        stats.PositionStoreFault.ShouldBe("another process has taken over the stream");
    }

    [Theory]
    [InlineData(StoreFailure.Continue)]
    [InlineData(StoreFailure.Pause)]
    public async Task Should_go_on_or_pause_and_say_so_when_the_store_fails(StoreFailure policy)
    {
        var count = 0;
        await using var server = Endless();
        var store = new FakeStore();
        await using var host = await StartAsync(server, store, policy, (McpEvent _) => { Interlocked.Increment(ref count); });
        await Eventually.HoldsAsync(() => store.Saved.ShouldNotBeEmpty());

        store.Fault = new IOException("No space left on device");

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).PositionStoreFault.ShouldBe(
            "the position store failed: No space left on device"));
        if (policy is StoreFailure.Pause)
            await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).InFlight.ShouldBe(0));
        var before = Volatile.Read(ref count);
        if (policy is StoreFailure.Continue)
            await Eventually.HoldsAsync(() => Volatile.Read(ref count).ShouldBeGreaterThan(before + 10_000));

        store.Fault = null;
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).PositionStoreFault.ShouldBeNull());
        before = Volatile.Read(ref count);
        await Eventually.HoldsAsync(() => Volatile.Read(ref count).ShouldBeGreaterThan(before + 10_000));
    }

    [Fact]
    public async Task Should_wait_for_the_store_when_it_cannot_be_read_at_the_start()
    {
        await using var server = Numbers(3);
        var store = new FakeStore { Fault = new TimeoutException() };
        await using var host = await StartAsync(server, store, StoreFailure.Pause);

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).PositionStoreFault.ShouldNotBeNull());
        (await host.Client.GetStatsAsync("s")).State.ShouldBe(ConnectionState.Idle);
        store.Fault = null;

        await HandledAsync(host, "3");
    }

    [Fact]
    public async Task Should_go_on_without_the_store_and_use_it_later_when_it_cannot_be_read_at_the_start()
    {
        await using var server = Numbers(3);
        var store = new FakeStore { Fault = new TimeoutException() };
        await using var host = await StartAsync(server, store, StoreFailure.Continue);

        await HandledAsync(host, "3");
        (await host.Client.GetStatsAsync("s")).PositionStoreFault.ShouldNotBeNull();
        var before = store.Acquisitions;
        store.Fault = null;

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).PositionStoreFault.ShouldBeNull());
        store.Acquisitions.ShouldBe(before + 1);
    }

    [Fact]
    public async Task Should_store_nothing_when_events_have_no_IDs()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync("data: 1\n\ndata: 2\n\n");
            await exchange.StayAsync();
        });
        var store = new FakeStore();
        var count = 0;
        await using (await StartAsync(server, store, handler: (McpEvent _) => { Interlocked.Increment(ref count); }))
            await Eventually.HoldsAsync(() => Volatile.Read(ref count).ShouldBe(2));

        store.Saved.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_go_back_to_the_position_when_it_can_be_read_after_the_start()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            var after = exchange.Request.Header("Last-Event-ID") is { } id ? int.Parse(id, CultureInfo.InvariantCulture) : 5;
            await exchange.WriteAsync(Events(after + 1, 6));
            await exchange.StayAsync();
        });
        var text = new PositionText(new StreamPosition("2") { Of = StreamIdentity.Of(Options(server)) }).Write();
        var store = new FakeStore { Fault = new TimeoutException(), Stored = new StoredPosition(text, DateTimeOffset.UtcNow) };
        var handled = new ConcurrentQueue<string>();
        await using (var host = await StartAsync(server, store, StoreFailure.Continue, (McpEvent received) => handled.Enqueue(received.EventId!)))
        {
            await HandledAsync(host, "6");
            store.Fault = null;

            await Eventually.HoldsAsync(() => handled.Distinct().Order().ShouldBe(["3", "4", "5", "6"]));
            await HandledAsync(host, "6");
        }

        store.Saved.ShouldHaveSingleItem().Position.Value.ShouldContain("\"id\":\"6\"");
    }

    [Fact]
    public async Task Should_not_start_the_host_when_another_process_uses_the_file()
    {
        await using var other = new FilePositionStore(FilePath);
        await using var server = Numbers(3);

        var fault = await Should.ThrowAsync<PositionStoreException>(() => StartAsync(server, (McpEvent _) => { }));

        fault.Message.ShouldContain("is used by process");
    }

    private static async Task HandledAsync(McpSseHost host, string id) =>
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).HandledEventId.ShouldBe(id));

    private Task<McpSseHost> StartAsync(ScriptedServer server, Delegate handler, string? path = null) =>
        StartAsync(server, HandlerRegistration.ForDelegate("*", handler), path);

    private Task<McpSseHost> StartAsync(ScriptedServer server, HandlerRegistration handler, string? path = null) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(Options(server))
        .AddHandler(handler)
        .WithDurableDelivery(delivery => delivery.InFile(path ?? FilePath)));

    private static Task<McpSseHost> StartAsync(ScriptedServer server, FakeStore store, StoreFailure policy = StoreFailure.Continue, Delegate? handler = null) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(Options(server))
        .AddHandler(handler ?? ((McpEvent _) => { }))
        .WithDurableDelivery(delivery => delivery.In(() => store).OnStoreFailure(policy)));

    private static StreamOptions Options(ScriptedServer server) => new() { Name = "s", Enabled = true, ServerUrl = server.Url.ToString(), ShutdownTimeout = TimeSpan.FromSeconds(2) };

    /// <summary>A server of the events 1 to n that resumes after the last event ID, and sends the event <paramref name="then"/> when released.</summary>
    private ScriptedServer Numbers(int count, int? then = null) => new(async exchange =>
    {
        await exchange.OpenAsync();
        var after = int.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture);
        await exchange.WriteAsync(Events(after + 1, count));
        if (then is { } next)
        {
            await _release.Task;
            await exchange.WriteAsync(Events(next, next));
        }

        await exchange.StayAsync();
    });

    private static ScriptedServer Endless() => new(async exchange =>
    {
        await exchange.OpenAsync();
        for (var n = 1; !exchange.Stopped.IsCancellationRequested; n += 100)
            await exchange.WriteAsync(Events(n, n + 99));
    });

    private static string Events(int first, int last)
    {
        var text = new StringBuilder();
        for (var n = first; n <= last; n++)
            text.Append(CultureInfo.InvariantCulture, $"id: {n}\ndata: {n}\n\n");
        return text.ToString();
    }

    private sealed class Broken : ReceiveActor
    {
        public Broken() => throw new InvalidOperationException("no");
    }

    private sealed class FakeStore : IPositionStore
    {
        public ConcurrentQueue<PositionUpdate> Saved { get; } = new();

        public StoredPosition? Stored { get; init; }

        public Exception? Fault { get; set; }

        public bool IsTakenOver { get; set; }

        public int Acquisitions { get; private set; }

        public Task<PositionLease> AcquireAsync(string stream, CancellationToken cancellation)
        {
            Acquisitions++;
            return Fault is null ? Task.FromResult(new PositionLease(1, Stored)) : Task.FromException<PositionLease>(Fault);
        }

        public Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation)
        {
            if (Fault is not null)
                return Task.FromException<IReadOnlyCollection<string>>(Fault);
            Saved.Clear();
            foreach (var update in updates)
                Saved.Enqueue(update);
            return Task.FromResult<IReadOnlyCollection<string>>(IsTakenOver ? [.. updates.Select(update => update.Stream)] : []);
        }

        public Task RemoveAsync(string stream, long token, CancellationToken cancellation) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
