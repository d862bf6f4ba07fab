using System.Globalization;
using McpSseActors.DeadLetters;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>A handler gives up an event while the store of dead letters fails: nothing is lost.</summary>
[Trait("Category", "Durability")]
public sealed class LetterStoreFaultSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("letter-fault-").FullName;
    private readonly ConcurrentQueue<string> _handled = new();
    private readonly FailingStore _store = new();

    private string Handled => string.Join(' ', _handled);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Should_go_on_and_keep_the_letter_later_when_the_store_works_again()
    {
        await using var server = Numbers();
        await using var host = await StartAsync(server);
        await Eventually.HoldsAsync(() => Handled.ShouldBe("1 2 3 4"));
        await host.StatsHoldAsync(stats => stats.HandledEventId.ShouldBe("1"));

        _store.Fails = false;

        await host.StatsHoldAsync(stats => (stats.HandledEventId, stats.DeadLetters).ShouldBe(("4", 1)));
        (await host.Client.GetDeadLettersAsync()).Letters.ShouldHaveSingleItem().Event.EventId.ShouldBe("2");
    }

    [Fact]
    public async Task Should_deliver_again_what_is_not_kept_when_the_process_ends_before()
    {
        await using var server = Numbers();
        await using (var first = await StartAsync(server))
        {
            await Eventually.HoldsAsync(() => Handled.ShouldBe("1 2 3 4"));
            await first.StatsHoldAsync(stats => stats.HandledEventId.ShouldBe("1"));
            await first.StopAsync();
        }

        _store.Fails = false;
        await using var second = await StartAsync(server);

        await second.StatsHoldAsync(stats => stats.HandledEventId.ShouldBe("4"));
        Handled.ShouldBe("1 2 3 4 2! 3! 4!");
        (await second.Client.GetDeadLettersAsync()).Letters.ShouldHaveSingleItem().Event.EventId.ShouldBe("2");
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(server.Url.ToString(), options => Streams.Quick(options) with { Name = "s" })
        .AddHandler(HandlerRegistration.ForDelegate("*", (McpEvent received) =>
        {
            _handled.Enqueue(received.EventId + (received.Redelivered ? "!" : ""));
            if (received.EventId == "2")
                throw new InvalidOperationException("no");
        }) with
        { Retry = RetryOptions.OneAttempt })
        .WithDurableDelivery(delivery => delivery.InFile(Path.Combine(_folder, "positions")).DeadLettersIn(() => _store)));

    // An event at a time, so that each has its own position.
    private ScriptedServer Numbers() => new(async exchange =>
    {
        await exchange.OpenAsync();
        for (var number = int.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture) + 1; number <= 4; number++)
        {
            await exchange.WriteAsync($"id: {number}\ndata: x\n\n");
            await Eventually.HoldsAsync(() => _handled.ShouldContain(text => text.StartsWith($"{number}", StringComparison.Ordinal)));
        }

        await exchange.StayAsync();
    });

    private sealed class FailingStore : IDeadLetterStore
    {
        private readonly MemoryDeadLetterStore _inner = new();

        public bool Fails { get; set; } = true;

        public Task KeepAsync(IReadOnlyCollection<StoredDeadLetter> letters, CancellationToken cancellation) =>
            Fails ? throw new IOException("No space left on device") : _inner.KeepAsync(letters, cancellation);

        public Task<int> TrimAsync(DeadLetterLimits limits, DateTimeOffset now, CancellationToken cancellation) => _inner.TrimAsync(limits, now, cancellation);

        public Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, string after, int count, CancellationToken cancellation) =>
            _inner.FindAsync(filter, after, count, cancellation);

        public Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) => _inner.CountAsync(filter, cancellation);

        public Task<int> RemoveAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) => _inner.RemoveAsync(ids, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
