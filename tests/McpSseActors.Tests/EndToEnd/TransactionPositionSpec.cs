using System.Data.Common;
using System.Globalization;
using Examples;
using McpSseActors.DeadLetters;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>
/// A handler saves the position in the transaction that stores what it makes of an event: each event is stored once, whenever the process is
/// killed. A copy of the database, taken while the host runs, is what a killed process would leave behind.
/// </summary>
[Trait("Category", "Durability")]
public sealed class TransactionPositionSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("transactions-").FullName;
    private readonly TaskCompletionSource _release = new();
    private readonly DbDataSource _database;

    public TransactionPositionSpec() => _database = Create("one.db");

    public void Dispose()
    {
        _release.TrySetResult();
        _database.Dispose();
        SqliteConnection.ClearAllPools();
        TestFolder.Delete(_folder);
    }

    [Fact]
    public async Task Should_not_deliver_again_what_was_committed()
    {
        await using var server = Numbers(5);
        await using (await StartAsync(server, Store(_database)))
            await StoredAsync(_database, 5);
        await server.NextRequestAsync();

        await using var second = await StartAsync(server, Store(_database));

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("5");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_store_each_event_once_when_the_process_is_killed_in_the_middle_of_a_transaction(bool isCommitted)
    {
        await using var server = Numbers(5);
        var reached = new TaskCompletionSource();
        Delegate handler = async (McpEvent received) =>
        {
            await using var connection = await _database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await InsertAsync(transaction, received);
            await received.Position.SaveInAsync(transaction);
            if (received.EventId == "3" && !isCommitted)
                await PauseAsync();
            await transaction.CommitAsync();
            if (received.EventId == "3" && isCommitted)
                await PauseAsync();
        };
        await using (await StartAsync(server, handler))
        {
            await Within.LimitAsync(reached.Task);
            Copy("one.db", "copy.db");
            _release.SetResult();
        }

        await server.NextRequestAsync();
        await using var copy = Create("copy.db");
        await using var second = await StartAsync(server, Store(copy), copy);

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe(isCommitted ? "3" : "2");
        await StoredAsync(copy, 5);

        async Task PauseAsync()
        {
            reached.SetResult();
            await _release.Task;
        }
    }

    [Fact]
    public async Task Should_save_the_position_of_the_last_event_of_a_batch()
    {
        await using var server = Numbers(200);
        await using (await StartAsync(server, Props.Create(() => new Batches(_database))))
            await StoredAsync(_database, 200);
        await server.NextRequestAsync();

        await using var second = await StartAsync(server, Store(_database));

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("200");
    }

    [Fact]
    public async Task Should_lose_no_event_and_store_none_twice_when_a_transaction_fails()
    {
        var attempts = new ConcurrentQueue<string>();
        var isFirst = true;
        await using var server = Numbers(5);
        Delegate fails = async (McpEvent received) =>
        {
            attempts.Enqueue(received.EventId!);
            await using var connection = await _database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await InsertAsync(transaction, received);
            await received.Position.SaveInAsync(transaction);
            if (received.EventId == "3" && isFirst)
            {
                isFirst = false;
                throw new InvalidOperationException("no");
            }

            await transaction.CommitAsync();
        };
        var handler = HandlerRegistration.ForDelegate("*", fails) with { Retry = new RetryOptions { InitialDelay = TimeSpan.FromMilliseconds(1) } };
        await using (await StartAsync(server, handler))
            await StoredAsync(_database, 5);

        attempts.ShouldBe(["1", "2", "3", "3", "4", "5"]);
        (await PositionAsync()).ShouldContain("\"id\":\"5\"");
    }

    [Fact]
    public async Task Should_keep_the_order_when_later_events_may_pass()
    {
        var attempts = new ConcurrentQueue<string>();
        await using var server = Numbers(3);
        var store = Store(_database);
        Delegate fails = async (McpEvent received) =>
        {
            attempts.Enqueue(received.EventId!);
            if (attempts.Count == 1)
                throw new InvalidOperationException("no");
            await store(received);
        };
        await using (await StartAsync(server, HandlerRegistration.ForDelegate("*", fails) with { Retry = new RetryOptions { LaterEventsPass = true } }))
            await StoredAsync(_database, 3);

        attempts.ShouldBe(["1", "1", "2", "3"]);
    }

    // The position of the next event would lie behind a letter that a killed process does not keep.
    [Fact]
    public async Task Should_not_go_on_before_the_dead_letter_is_kept()
    {
        await using var server = Numbers(2);
        var letters = new SlowLetters();
        var store = Store(_database);
        Delegate fails = async (McpEvent received) =>
        {
            if (received.EventId == "1")
                throw new InvalidOperationException("no");
            letters.Order.Enqueue("handled");
            letters.Handled.TrySetResult();
            await store(received);
        };
        var handler = HandlerRegistration.ForDelegate("*", fails) with { Retry = RetryOptions.OneAttempt };
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(Options(server)).AddHandler(handler)
                .WithDurableDelivery(delivery => delivery.InTransactionsOf(_database).DeadLettersIn(() => letters)), NoSerialization);

        await Within.LimitAsync(letters.Handled.Task);
        letters.Order.ShouldBe(["kept", "handled"]);
    }

    [Fact]
    public async Task Should_never_save_a_position_itself()
    {
        await using var server = Numbers(3);
        await using (var first = await StartAsync(server, (McpEvent _) => { }))
            await Eventually.HoldsAsync(async () => (await first.Client.GetStatsAsync("s")).HandledEventId.ShouldBe("3"));
        await server.NextRequestAsync();

        await using var second = await StartAsync(server, (McpEvent _) => { });

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
    }

    [Fact]
    public async Task Should_not_move_the_position_back_when_the_server_repeats_events()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync(Events(1, 3));
            if (exchange.Request.Header("Last-Event-ID") is not null)
                await exchange.StayAsync();
        });
        var repeats = 0;
        var store = Store(_database);
        await using (await StartAsync(server, async (McpEvent received) =>
        {
            if (received.Redelivered)
            {
                await using var connection = await _database.OpenConnectionAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                await received.Position.SaveInAsync(transaction);
                await transaction.CommitAsync();
                received.Position.ToString().ShouldBe("position in stream s");
                Interlocked.Increment(ref repeats);
            }
            else
            {
                await store(received);
            }
        }, options: options => options with { Duplicates = DuplicateEvents.Mark, InitialReconnectDelay = TimeSpan.FromMilliseconds(10) }))
            await Eventually.HoldsAsync(() => Volatile.Read(ref repeats).ShouldBe(3));

        (await PositionAsync()).ShouldContain("\"id\":\"3\"");
    }

    [Fact]
    public async Task Should_stop_the_stream_and_let_the_handler_roll_back_when_another_process_takes_it_over()
    {
        var fault = new TaskCompletionSource<Exception>();
        await using var server = Numbers(3, then: 4);
        await using var host = await StartAsync(server, async (McpEvent received) =>
        {
            try
            {
                await Store(_database)(received);
            }
            catch (Exception thrown)
            {
                fault.TrySetResult(thrown);
                throw;
            }
        });
        await StoredAsync(_database, 3);

        await using (var other = PositionStores.OpenDatabase(_database))
            await other.AcquireAsync("s", default);
        _release.SetResult();

        (await Within.LimitAsync(fault.Task)).ShouldBeOfType<PositionStoreException>().Message.ShouldContain("another process has taken over the stream");
        await host.States.UntilAsync(ConnectionState.Stopped);
        (await host.Client.GetStatsAsync("s")).StateReason.ShouldBe("another process has taken over the stream");
        await StoredAsync(_database, 3);
    }

    [Fact]
    public async Task Should_say_so_when_the_transaction_is_of_another_database()
    {
        await using var other = Create("other.db");
        await using (var store = PositionStores.OpenDatabase(other))
            await store.AcquireAsync("another", default);
        var fault = new TaskCompletionSource<Exception>();
        await using var server = Numbers(1);
        await using var host = await StartAsync(server, async (McpEvent received) =>
        {
            await using var connection = await other.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            fault.TrySetResult(Should.Throw<PositionStoreException>(() => received.Position.SaveIn(transaction)));
        });

        (await Within.LimitAsync(fault.Task)).Message.ShouldBe(
            "The table of positions has no stream s: the transaction must be of the database that InTransactionsOf names.");
        await host.StatsHoldAsync(stats => stats.State.ShouldBe(ConnectionState.Connected));
    }

    [Fact]
    public async Task Should_throw_when_handlers_do_not_save_positions()
    {
        var fault = new TaskCompletionSource<Exception>();
        await using var server = Numbers(1);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(Options(server)).AddHandler((McpEvent received) =>
            {
                fault.TrySetResult(Should.Throw<InvalidOperationException>(() => received.Position));
            }), NoSerialization);

        (await Within.LimitAsync(fault.Task)).Message.ShouldContain("InTransactionsOf(database)");
        Should.Throw<InvalidOperationException>(() => new McpEvent("s", "a", default, default, "1").Position);
    }

    [Fact]
    public async Task Should_wait_for_the_database_when_it_cannot_be_read_at_the_start()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "two.db"));
        await using var blocked = Create("two.db");
        await using var server = Numbers(1);
        await using var host = await StartAsync(server, Store(blocked), blocked);

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).PositionStoreFault.ShouldNotBeNull());
        (await host.Client.GetStatsAsync("s")).State.ShouldBe(ConnectionState.Idle);
        server.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Should_store_each_event_once_with_the_handler_of_the_page()
    {
        var connection = $"Data Source={Path.Combine(_folder, "one.db")};Pooling=False";
        await using (var context = new ChatContext(new DbContextOptionsBuilder<ChatContext>().UseSqlite(connection).Options))
            await context.Database.EnsureCreatedAsync();
        await using var server = Numbers(5);
        await using (await StartAsync())
            await TextsAsync(5);
        await server.NextRequestAsync();

        await using var second = await StartAsync();

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("5");
        await TextsAsync(5);

        Task<McpSseHost> StartAsync() => McpSseHost.StartAsync(
            mcp => mcp.AddStream(Options(server)).AddScopedHandler<MessageLedger>("*").WithDurableDelivery(delivery => delivery.InTransactionsOf(_database)),
            NoSerialization,
            services => services.AddDbContext<ChatContext>(options => options.UseSqlite(connection)));

        Task TextsAsync(int count) => Eventually.HoldsAsync(async () =>
        {
            await using var command = _database.CreateCommand("SELECT group_concat(Text) FROM Messages");
            (await command.ExecuteScalarAsync()).ShouldBe(string.Join(',', Enumerable.Range(1, count)));
        });
    }

    [Fact]
    public async Task Should_go_on_when_the_database_of_positions_is_locked_for_a_while()
    {
        await using var database = SqliteFactory.Instance.CreateDataSource($"Data Source={Path.Combine(_folder, "locked.db")};Pooling=False;Default Timeout=1");
        var count = 0;
        await using var server = Numbers(3, then: 4);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(Options(server))
            .AddHandler((McpEvent _) => { Interlocked.Increment(ref count); })
            .WithDurableDelivery(delivery => delivery.InDatabase(database)));
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).PositionSavedTime.ShouldNotBeNull());
        await using (var other = await database.OpenConnectionAsync())
        {
            await using var command = other.CreateCommand();
            command.CommandText = "BEGIN EXCLUSIVE";
            await command.ExecuteNonQueryAsync();
            _release.SetResult();
            await Eventually.HoldsAsync(async () =>
                (await host.Client.GetStatsAsync("s")).PositionStoreFault.ShouldNotBeNull().ShouldContain("database is locked"));
            Volatile.Read(ref count).ShouldBe(4, "events do not wait for the store");
        }

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).PositionStoreFault.ShouldBeNull());
        await using var saved = database.CreateCommand("SELECT position FROM mcp_sse_positions");
        ((string)(await saved.ExecuteScalarAsync())!).ShouldContain("\"id\":\"4\"");
    }

    private const string NoSerialization = "akka.actor.serialize-messages = off";

    private DbDataSource Create(string name) =>
        SqliteFactory.Instance.CreateDataSource($"Data Source={Path.Combine(_folder, name)};Pooling=False");

    // With the journal, from which the next to open the database rolls back.
    private void Copy(string from, string to)
    {
        foreach (var suffix in new[] { "", "-journal" })
        {
            if (File.Exists(Path.Combine(_folder, from + suffix)))
                File.Copy(Path.Combine(_folder, from + suffix), Path.Combine(_folder, to + suffix));
        }
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server, Delegate handler, DbDataSource? database = null, Func<StreamOptions, StreamOptions>? options = null) =>
        StartAsync(server, HandlerRegistration.ForDelegate("*", handler), database, options);

    private Task<McpSseHost> StartAsync(ScriptedServer server, Props handler) => StartAsync(server, HandlerRegistration.ForProps("*", handler));

    private async Task<McpSseHost> StartAsync(
        ScriptedServer server, HandlerRegistration handler, DbDataSource? database = null, Func<StreamOptions, StreamOptions>? options = null)
    {
        return await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream((options ?? (same => same))(Options(server)))
                .AddHandler(handler)
                .WithDurableDelivery(delivery => delivery.InTransactionsOf(database ?? _database)),
            NoSerialization);
    }

    private static StreamOptions Options(ScriptedServer server) =>
        new() { Name = "s", Enabled = true, ServerUrl = server.Url.ToString(), ShutdownTimeout = TimeSpan.FromSeconds(2) };

    private static Func<McpEvent, Task> Store(DbDataSource database) => async received =>
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await InsertAsync(transaction, received);
        await received.Position.SaveInAsync(transaction);
        await transaction.CommitAsync();
    };

    private static async Task InsertAsync(DbTransaction transaction, McpEvent received)
    {
        await using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"CREATE TABLE IF NOT EXISTS done (n INTEGER); INSERT INTO done VALUES ({int.Parse(received.EventId!, CultureInfo.InvariantCulture)})";
        await command.ExecuteNonQueryAsync();
    }

    // Each once, in order.
    private static Task StoredAsync(DbDataSource database, int count) => Eventually.HoldsAsync(async () =>
    {
        await using var command = database.CreateCommand("SELECT group_concat(n) FROM done");
        (await command.ExecuteScalarAsync()).ShouldBe(string.Join(',', Enumerable.Range(1, count)));
    });

    private async Task<string> PositionAsync()
    {
        await using var command = _database.CreateCommand("SELECT position FROM mcp_sse_positions");
        return (string)(await command.ExecuteScalarAsync())!;
    }

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

    private static string Events(int first, int last)
    {
        var text = new StringBuilder();
        for (var n = first; n <= last; n++)
            text.Append(CultureInfo.InvariantCulture, $"id: {n}\ndata: {n}\n\n");
        return text.ToString();
    }

    private sealed class Batches(DbDataSource database) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            using var connection = database.OpenConnection();
            using var transaction = connection.BeginTransaction();
            foreach (var received in events)
            {
                received.Position.ToString().ShouldBe($"position in stream s after event {received.EventId}");
                InsertAsync(transaction, received.ToEvent()).GetAwaiter().GetResult();
            }

            events.Position.SaveIn(transaction);
            transaction.Commit();
        }
    }

    /// <summary>A store that gives a handler time to go on too early.</summary>
    private sealed class SlowLetters : IDeadLetterStore
    {
        private static readonly TimeSpan Head = TimeSpan.FromMilliseconds(500);

        private readonly MemoryDeadLetterStore _inner = new();

        public ConcurrentQueue<string> Order { get; } = new();

        public TaskCompletionSource Handled { get; } = new();

        public async Task KeepAsync(IReadOnlyCollection<StoredDeadLetter> letters, CancellationToken cancellation)
        {
            await Task.WhenAny(Handled.Task, Task.Delay(Head, cancellation));
            Order.Enqueue("kept");
            await _inner.KeepAsync(letters, cancellation);
        }

        public Task<int> TrimAsync(DeadLetterLimits limits, DateTimeOffset now, CancellationToken cancellation) => _inner.TrimAsync(limits, now, cancellation);

        public Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, string after, int count, CancellationToken cancellation) =>
            _inner.FindAsync(filter, after, count, cancellation);

        public Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) => _inner.CountAsync(filter, cancellation);

        public Task<int> RemoveAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) => _inner.RemoveAsync(ids, cancellation);

        public ValueTask DisposeAsync() => _inner.DisposeAsync();
    }
}
