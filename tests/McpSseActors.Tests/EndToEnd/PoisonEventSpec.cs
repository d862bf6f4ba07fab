using System.Globalization;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>An event that kills the process each time is given up. A copy of the store, taken while a handler has the event, is what a killed process leaves behind.</summary>
[Trait("Category", "Durability")]
public sealed class PoisonEventSpec : IDisposable
{
    private const int Attempts = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("poison-").FullName;
    private readonly ConcurrentQueue<int> _handled = new();
    private int _lives;

    private string Store => Path.Combine(_folder, $"{_lives}.positions");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("delegate")]
    [InlineData("batch")]
    public async Task Should_become_a_dead_letter_when_it_was_in_hand_as_often_as_the_process_was_killed(string kind)
    {
        await using var server = Numbers(200);
        for (var life = 0; life < Attempts; life++)
            await LiveAsync(server, kind, poison: 150);
        _handled.Clear();

        await using var last = await StartAsync(server, kind, poison: null);

        await Eventually.HoldsAsync(async () => (await last.Client.GetDeadLettersAsync()).Letters.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            letter => letter.Event.EventId.ShouldBe("150"),
            letter => letter.Attempts.ShouldBe(Attempts),
            letter => letter.Fault.ShouldBe("the process ended 3 times while a handler had the event")));
        await Eventually.HoldsAsync(async () => (await last.Client.GetStatsAsync("s")).HandledEventId.ShouldBe("200"));
        _handled.Order().ShouldBe(Enumerable.Range(151, 50));
    }

    [Fact]
    public async Task Should_not_be_given_up_when_it_was_another_event_each_time()
    {
        await using var server = Numbers(200);
        foreach (var poison in new[] { 150, 151, 152, 153 })
            await LiveAsync(server, "delegate", poison);

        await using var last = await StartAsync(server, "delegate", poison: null);

        await Eventually.HoldsAsync(async () => (await last.Client.GetStatsAsync("s")).HandledEventId.ShouldBe("200"));
        (await last.Client.GetDeadLettersAsync()).Letters.ShouldBeEmpty();
    }

    // Until the process is "killed" while it handles the event.
    private async Task LiveAsync(ScriptedServer server, string kind, int poison)
    {
        var inHand = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var host = await StartAsync(server, kind, poison, () =>
        {
            inHand.TrySetResult();
            release.Task.GetAwaiter().GetResult();
        });
        await inHand.Task.WaitAsync(Within.Limit);
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).PositionSavedTime.ShouldNotBeNull());
        var copy = Path.Combine(_folder, $"{_lives + 1}.positions");
        File.Copy(Store, copy);
        release.SetResult();
        _lives++;
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server, string kind, int? poison, Action? onPoison = null)
    {
        void Handle(string? id)
        {
            var number = int.Parse(id!, CultureInfo.InvariantCulture);
            if (number == poison)
                onPoison!();
            _handled.Enqueue(number);
        }

        Action<string?> handle = Handle;
        var handler = kind is "batch"
            ? HandlerRegistration.ForProps("*", Props.Create(() => new Batches(handle)))
            : HandlerRegistration.ForDelegate("*", (McpEvent received) => Handle(received.EventId));
        return McpSseHost.StartAsync(mcp => mcp
            .AddStream(new StreamOptions { Name = "s", Enabled = true, ServerUrl = server.Url.ToString(), ShutdownTimeout = TimeSpan.FromSeconds(5), EnableEventLogging = false })
            .AddHandler(handler with { Retry = new RetryOptions { MaxAttempts = Attempts } })
            .WithDurableDelivery(delivery => delivery.InFile(Store)));
    }

    private static ScriptedServer Numbers(int count) => new(async exchange =>
    {
        await exchange.OpenAsync();
        var after = int.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture);
        await exchange.WriteAsync(string.Concat(Enumerable.Range(after + 1, count - after).Select(n => $"id: {n}\ndata: {n}\n\n")));
        await exchange.StayAsync();
    });

    private sealed class Batches(Action<string?> handle) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            foreach (var received in events)
                handle(received.EventId);
        }
    }
}
