using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>An event that kills the process each time is given up. A copy of the store, taken while a handler has the event, is what a killed process leaves behind.</summary>
[Trait("Category", "Durability")]
public sealed class PoisonEventSpec : IDisposable
{
    private const int Attempts = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("poison-").FullName;
    private readonly ConcurrentQueue<int> _handled = new();
    private int _lives;

    private string Store => Path.Combine(_folder, $"{_lives}.store");

    public void Dispose() => TestFolder.Delete(_folder);

    [Theory]
    [InlineData("delegate", false, 150)]
    [InlineData("delegate", true, 150)]
    [InlineData("batch", false, 150)]
    [InlineData("batch", true, 150)]
    [InlineData("delegate", false, 1)]
    [InlineData("delegate", true, 1)]
    [InlineData("batch", false, 1)]
    [InlineData("comments", false, 1)]
    [InlineData("comments", false, 150)]
    public async Task Should_become_a_dead_letter_when_it_was_in_hand_as_often_as_the_process_was_killed(string kind, bool inTransactions, int poison)
    {
        await using var server = Numbers(() => 200);
        for (var life = 0; life < Attempts; life++)
            await LiveAsync(server, kind, inTransactions, poison);
        _handled.Clear();

        await using var last = await StartAsync(server, kind, inTransactions, poison: null);

        await Eventually.HoldsAsync(async () => (await last.Client.GetDeadLettersAsync()).Letters.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            letter => letter.Event.EventId.ShouldBe($"{poison}"),
            letter => letter.Attempts.ShouldBe(Attempts),
            letter => letter.Fault.ShouldBe("the process ended 3 times while a handler had the event")));
        await Eventually.HoldsAsync(async () => (await last.Client.GetStatsAsync("s")).HandledEventId.ShouldBe("200"));
        _handled.Order().ShouldBe(Enumerable.Range(poison + 1, 200 - poison));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_not_be_given_up_when_it_was_another_event_each_time(bool inTransactions)
    {
        await using var server = Numbers(() => 200);
        foreach (var poison in new[] { 150, 151, 152, 153 })
            await LiveAsync(server, "delegate", inTransactions, poison);

        await using var last = await StartAsync(server, "delegate", inTransactions, poison: null);

        await Eventually.HoldsAsync(async () => (await last.Client.GetStatsAsync("s")).HandledEventId.ShouldBe("200"));
        (await last.Client.GetDeadLettersAsync()).Letters.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_not_come_again_when_a_host_whose_handlers_save_positions_stops_after_giving_it_up()
    {
        var count = 150;
        await using var server = Numbers(() => count);
        for (var life = 0; life < Attempts; life++)
            await LiveAsync(server, "delegate", inTransactions: true, poison: 150);
        await using (var host = await StartAsync(server, "delegate", inTransactions: true, poison: null))
            await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).HandledEventId.ShouldBe("150"));
        count = 151;
        _handled.Clear();

        await using var last = await StartAsync(server, "delegate", inTransactions: true, poison: 150, () => { });

        await Eventually.HoldsAsync(() => _handled.ShouldContain(151));
        _handled.ShouldHaveSingleItem();
    }

    // Until the process is "killed" while it handles the event.
    private async Task LiveAsync(ScriptedServer server, string kind, bool inTransactions, int poison)
    {
        var inHand = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var host = await StartAsync(server, kind, inTransactions, poison, () =>
        {
            inHand.TrySetResult();
            release.Task.GetAwaiter().GetResult();
        });
        await inHand.Task.WaitAsync(Within.Limit);
        if (!inTransactions && poison > 1)
            await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).PositionSavedTime.ShouldNotBeNull());
        var copy = Path.Combine(_folder, $"{_lives + 1}.store");
        File.Copy(Store, copy);
        release.SetResult();
        _lives++;
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server, string kind, bool inTransactions, int? poison, Action? onPoison = null)
    {
        DbDataSource? database = inTransactions ? SqliteFactory.Instance.CreateDataSource($"Data Source={Store};Pooling=False") : null;
        Action<string?> handle = id =>
        {
            if (!int.TryParse(id, CultureInfo.InvariantCulture, out var number))
                return;
            if (number == poison)
                onPoison!();
            _handled.Enqueue(number);
        };
        Action<EventPosition> save = position => Save(position, database!);
        var handler = kind is "batch"
            ? HandlerRegistration.ForProps("*", Props.Create(() => new Batches(handle, inTransactions ? save : null)))
            : HandlerRegistration.ForDelegate("*", (McpEvent received) =>
            {
                handle(received.EventId);
                if (inTransactions)
                    save(received.Position);
            });
        return McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(new StreamOptions { Name = "s", Enabled = true, ServerUrl = server.Url.ToString(), ShutdownTimeout = TimeSpan.FromSeconds(5), EnableEventLogging = false, DeliverComments = kind is "comments" })
                .AddHandler(handler with { Retry = new RetryOptions { MaxAttempts = Attempts } })
                .WithDurableDelivery(delivery => _ = database is null ? delivery.InFile(Store) : delivery.InTransactionsOf(database)),
            inTransactions ? "akka.actor.serialize-messages = off" : "");
    }

    private static void Save(EventPosition position, DbDataSource database)
    {
        using var connection = database.OpenConnection();
        using var transaction = connection.BeginTransaction();
        position.SaveIn(transaction);
        transaction.Commit();
    }

    // A comment before each event, another one on each connection.
    private static ScriptedServer Numbers(Func<int> count) => new(async exchange =>
    {
        var comment = Guid.NewGuid();
        await exchange.OpenAsync();
        var after = int.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture);
        await exchange.WriteAsync(string.Concat(Enumerable.Range(after + 1, count() - after).Select(n => $": {comment}\nid: {n}\ndata: {n}\n\n")));
        await exchange.StayAsync();
    });

    private sealed class Batches(Action<string?> handle, Action<EventPosition>? save) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            foreach (var received in events)
                handle(received.EventId);
            save?.Invoke(events.Position);
        }
    }
}
