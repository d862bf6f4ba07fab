using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Failed events come again, over a real socket, in a host with stored positions; and what is given up lies in the dead letters.</summary>
[Trait("Category", "Durability")]
public sealed class RetrySpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("retry-").FullName;
    private readonly ConcurrentQueue<string> _handled = new();

    public void Dispose() => TestFolder.Delete(_folder);

    [Fact]
    public async Task Should_retry_give_up_and_retry_again_on_request_when_durable_delivery_is_on()
    {
        var fails = true;
        await using var server = Numbers(10);
        await using var host = await StartAsync(server, received =>
        {
            if (received.EventId == "5" && fails)
                throw new InvalidOperationException("not now");
            _handled.Enqueue(received.EventId!);
        });

        await HandledAsync(host, "10");
        var letter = (await host.Client.GetDeadLettersAsync()).Letters.ShouldHaveSingleItem();
        (letter.Event.EventId, letter.Handler, letter.Attempts).ShouldBe(("5", "mine", 2));
        _handled.ShouldBe(["1", "2", "3", "4", "6", "7", "8", "9", "10"]);
        await host.StatsHoldAsync(stats => (stats.DeadLetters, stats.HandlerFailures, stats.WaitingHandlers.Count).ShouldBe((1, 2, 0)));

        fails = false;
        await host.Client.RetryDeadLettersAsync(DeadLetterFilter.All);

        _handled.Last().ShouldBe("5");
        (await host.Client.GetDeadLettersAsync()).Letters.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_use_a_database_when_the_configuration_names_one()
    {
        DbProviderFactories.RegisterFactory("Test.Sqlite", SqliteFactory.Instance);
        var store = $"Provider=Test.Sqlite;Data Source={Path.Combine(_folder, "one.db")};Pooling=False";
        await using var server = Numbers(10);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .From(new McpSseOptions
            {
                Streams = [new StreamOptions { Name = "s", Enabled = true, ServerUrl = server.Url.ToString() }],
                Delivery = new DeliveryOptions { Guarantee = DeliveryGuarantee.AtLeastOnce, Store = store, Retry = RetryOptions.OneAttempt },
            })
            .AddHandler((McpEvent received) => ThrowAt("5", received)));

        await HandledAsync(host, "10");
        await using var letters = DeadLetterStores.Open(store);
        (await letters.CountAsync(DeadLetterFilter.All, CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_keep_the_position_before_an_event_that_waits_when_the_host_stops()
    {
        var options = new RetryOptions { InitialDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) };
        await using var server = Numbers(10);
        await using (var first = await StartAsync(server, received => ThrowAt("5", received), options))
        {
            await WaitingAsync(first);
            await server.NextRequestAsync();
        }

        await using var second = await StartAsync(server, received => _handled.Enqueue(received.EventId!));

        await HandledAsync(second, "10");
        _handled.ShouldContain("5");
    }

    [Fact]
    public async Task Should_go_on_with_the_event_that_waits_when_the_stream_is_restarted()
    {
        var options = new RetryOptions { InitialDelay = TimeSpan.FromSeconds(1) };
        await using var server = Numbers(10);
        var fails = true;
        await using var host = await StartAsync(server, received =>
        {
            if (received.EventId == "5" && fails)
            {
                fails = false;
                throw new InvalidOperationException("not now");
            }

            _handled.Enqueue(received.EventId!);
        }, options);
        await WaitingAsync(host);

        await host.Client.StopAsync("s");
        await host.Client.StartAsync("s");

        await HandledAsync(host, "10");
        _handled.ShouldBe(Enumerable.Range(1, 10).Select(n => n.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Should_go_on_with_the_event_that_waits_when_the_stream_is_reloaded()
    {
        await using var server = Numbers(10);
        var fails = true;
        var toml = Path.Combine(_folder, "mcp-sse.toml");
        await WriteAsync("old");
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .FromToml(toml)
            .AddHandler(HandlerRegistration.ForDelegate("*", (McpEvent received) =>
            {
                if (received.EventId == "5" && fails)
                {
                    fails = false;
                    throw new InvalidOperationException("not now");
                }

                _handled.Enqueue(received.EventId!);
            }) with
            { Name = "mine", Retry = new RetryOptions { InitialDelay = TimeSpan.FromSeconds(1) } })
            .WithDurableDelivery(delivery => delivery.InFile(Path.Combine(_folder, "one.positions"))));
        await WaitingAsync(host);
        await server.NextRequestAsync();

        await WriteAsync("new");
        await host.Client.ReloadAsync();

        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer new");
        await HandledAsync(host, "10");
        _handled.ShouldBe(Enumerable.Range(1, 10).Select(n => n.ToString(CultureInfo.InvariantCulture)));

        Task WriteAsync(string key) =>
            File.WriteAllTextAsync(toml, $"[mcp_sse]\nenable = true\nname = \"s\"\nserver_url = \"{server.Url}\"\nauth_key = \"{key}\"\n");
    }

    [Fact]
    public async Task Should_forget_the_event_that_waits_when_the_stream_is_removed()
    {
        var options = new RetryOptions { InitialDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) };
        await using var server = Numbers(10);
        await using var host = await StartAsync(server, received => ThrowAt("5", received), options);
        await WaitingAsync(host);

        await host.Client.RemoveStreamAsync("s").WaitAsync(Within.Limit);

        (await host.Client.GetAllStatsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_keep_the_position_and_say_so_when_a_failed_handler_cannot_start_again()
    {
        var starts = 0;
        Func<int> count = () => ++starts;
        await using var server = Numbers(10);
        await using var host = await StartAsync(server, HandlerRegistration.ForProps("*", Props.Create(() => new StartsOnce(count))) with { Name = "mine" });

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).StoppedHandlers.ShouldHaveSingleItem().Reason.ShouldStartWith(
            "it cannot start: InvalidOperationException"));
        (await host.Client.GetStatsAsync("s")).HandledEventId.ShouldBeNull();
    }

    [Fact]
    public async Task Should_retry_when_an_actor_throws_before_its_restart()
    {
        await using var server = Numbers(10);
        await using var host = await StartAsync(server, HandlerRegistration.ForProps("*", Props.Create(() => new ThrowsTwice(_handled))) with { Name = "mine" });

        await HandledAsync(host, "10");
        _handled.Distinct().Count().ShouldBe(10);
        _handled.Count(id => id == "5").ShouldBe(2);
    }

    [Theory]
    [InlineData("message", "MuteException: (its message cannot be read)")]
    [InlineData("no message", "NamelessException: ")]
    [InlineData("filter", "System.InvalidOperationException: not now")]
    public async Task Should_lose_nothing_when_the_exception_or_the_filter_throws(string what, string fault)
    {
        await using var server = Numbers(10);
        Exception Fault() => what switch
        {
            "message" => new MuteException(),
            "no message" => new NamelessException(),
            _ => new InvalidOperationException("not now"),
        };
        Func<Exception, bool> filter = _ => what == "filter" ? throw new InvalidOperationException("cannot tell") : true;
        await using var host = await StartAsync(server, received =>
        {
            if (received.EventId == "5")
                throw Fault();
            _handled.Enqueue(received.EventId!);
        }, new RetryOptions { MaxAttempts = 2, InitialDelay = TimeSpan.Zero, ShouldRetry = filter });

        await HandledAsync(host, "10");
        var letter = (await host.Client.GetDeadLettersAsync()).Letters.ShouldHaveSingleItem();
        (letter.Event.EventId, letter.Attempts).ShouldBe(("5", 2));
        letter.Fault.ShouldEndWith(fault);
        _handled.ShouldBe(["1", "2", "3", "4", "6", "7", "8", "9", "10"]);
    }

    [Fact]
    public async Task Should_take_times_that_no_timer_counts_for_ever()
    {
        var forEver = new RetryOptions { MaxAttempts = 3, AttemptTimeout = TimeSpan.MaxValue, InitialDelay = TimeSpan.Zero, MaxDelay = TimeSpan.MaxValue, BreakAfter = 2, BreakFor = TimeSpan.MaxValue };
        await using var server = Numbers(10);
        async Task Handle(McpEvent received)
        {
            await Task.Yield();
            ThrowAt("5", received);
            _handled.Enqueue(received.EventId!);
        }

        await using var host = await StartAsync(server, HandlerRegistration.ForDelegate("*", Handle) with { Name = "mine", Retry = forEver });

        await host.StatsHoldAsync(stats =>
        {
            stats.WaitingHandlers.ShouldContainKeyAndValue("mine", HandlerState.Open);
            stats.HandlerFailures.ShouldBe(2);
        });
        _handled.ShouldBe(["1", "2", "3", "4"]);
    }

    private static void ThrowAt(string id, McpEvent received)
    {
        if (received.EventId == id)
            throw new InvalidOperationException("not now");
    }

    private static async Task WaitingAsync(McpSseHost host) =>
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).WaitingHandlers.ShouldContainKeyAndValue("mine", HandlerState.Retrying));

    private static async Task HandledAsync(McpSseHost host, string id) =>
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync("s")).HandledEventId.ShouldBe(id));

    private Task<McpSseHost> StartAsync(ScriptedServer server, Action<McpEvent> handle, RetryOptions? retry = null) =>
        StartAsync(server, HandlerRegistration.ForDelegate("*", handle) with { Name = "mine", Retry = retry });

    private Task<McpSseHost> StartAsync(ScriptedServer server, HandlerRegistration handler) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(new StreamOptions { Name = "s", Enabled = true, ServerUrl = server.Url.ToString(), ShutdownTimeout = TimeSpan.FromMilliseconds(100) })
        .AddHandler(handler)
        .WithDurableDelivery(delivery => delivery.InFile(Path.Combine(_folder, "one.positions")).Retry(new RetryOptions { MaxAttempts = 2, InitialDelay = TimeSpan.Zero })));

    private static ScriptedServer Numbers(int count) => new(async exchange =>
    {
        await exchange.OpenAsync();
        var after = int.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture);
        await exchange.WriteAsync(string.Concat(Enumerable.Range(after + 1, count - after).Select(n => $"id: {n}\ndata: {n}\n\n")));
        await exchange.StayAsync();
    });

    private sealed class MuteException : Exception
    {
        public override string Message => throw new InvalidOperationException("mute");
    }

    private sealed class NamelessException : Exception
    {
        public override string Message => null!;
    }

    private sealed class StartsOnce : ReceiveActor
    {
        public StartsOnce(Func<int> count)
        {
            if (count() > 1)
                throw new InvalidOperationException("only once");
            Receive<McpEvent>(received => ThrowAt("5", received));
        }
    }

    private sealed class ThrowsTwice : ReceiveActor
    {
        public ThrowsTwice(ConcurrentQueue<string> handled) => Receive<McpEvent>(received =>
        {
            handled.Enqueue(received.EventId!);
            if (!received.Redelivered)
                ThrowAt("5", received);
        });

        protected override void PreRestart(Exception reason, object message) => throw new InvalidOperationException("also here");
    }
}
