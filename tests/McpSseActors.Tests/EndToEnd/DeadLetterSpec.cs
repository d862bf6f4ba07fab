using McpSseActors.Actors.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Events that handlers cannot handle are kept, and come again when somebody asks for it.</summary>
[Trait("Category", "Durability")]
public sealed class DeadLetterSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("letters-").FullName;
    private readonly ConcurrentQueue<string> _handled = new();
    private volatile bool _isBroken = true;

    private string FilePath => Path.Combine(_folder, "one.positions");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Should_keep_an_event_that_failed_and_give_it_again_on_request()
    {
        await using var server = Server();
        await using var host = await StartAsync(server);
        await CountAsync(host, 2);

        var letter = (await host.Client.GetDeadLettersAsync(new DeadLetterFilter { EventType = "chat.*" }, count: 1)).Letters.ShouldHaveSingleItem();
        (letter.Event.EventId, letter.Event.Text, letter.Handler, letter.Attempts).ShouldBe(("1", "{\"n\":1}", "mine", 1));
        letter.Fault.ShouldBe("System.InvalidOperationException: broken");
        (await host.Client.GetDeadLetterAsync(letter.Id)).ShouldNotBeNull();
        (await host.Client.GetDeadLetterAsync("none")).ShouldBeNull();
        await host.StatsHoldAsync(stats => stats.DeadLetters.ShouldBe(2));

        var again = await host.Client.RetryDeadLettersAsync(new DeadLetterFilter { Id = letter.Id });
        again.Faults.ShouldHaveSingleItem().Reason.ShouldBe("the handler failed again: System.InvalidOperationException: broken");
        await Eventually.HoldsAsync(async () => (await host.Client.GetDeadLetterAsync(letter.Id)).ShouldNotBeNull().Attempts.ShouldBe(2));

        _isBroken = false;
        (await host.Client.RetryDeadLettersAsync(DeadLetterFilter.All)).Handled.ShouldBe(2);
        _handled.ShouldBe(["1", "2"]);
        await CountAsync(host, 0);
    }

    [Fact]
    public async Task Should_go_on_with_its_store_when_the_supervisor_has_crashed()
    {
        await using var server = Server();
        await using var host = await StartAsync(server, isDurable: true);
        await CountAsync(host, 2);
        await server.NextRequestAsync();

        host.McpSse.Tell(new RedeliverDeadLetter(null!));

        await server.NextRequestAsync();
        _isBroken = false;
        var handled = 0L;
        await Eventually.HoldsAsync(async () =>
        {
            var retried = await host.Client.RetryDeadLettersAsync(DeadLetterFilter.All);
            (handled += retried.Handled + retried.UnderWay).ShouldBeGreaterThanOrEqualTo(2);
        });
        await CountAsync(host, 0);
    }

    [Fact]
    public async Task Should_discard_on_request()
    {
        await using var server = Server();
        await using var host = await StartAsync(server);
        await CountAsync(host, 2);

        (await host.Client.DiscardDeadLettersAsync(new DeadLetterFilter { EventType = "chat.message" })).ShouldBe(1);

        await CountAsync(host, 1);
    }

    [Fact]
    public async Task Should_say_why_a_letter_stays_when_it_cannot_be_retried()
    {
        await using var server = Server();
        await using var host = await StartAsync(server);
        await CountAsync(host, 2);

        await host.Client.StopAsync();
        await host.States.UntilAsync(ConnectionState.Stopped);
        (await host.Client.RetryDeadLettersAsync(DeadLetterFilter.All)).Faults[0].Reason.ShouldBe("stream 's' is Stopped: start it first");
        await host.Client.StartAsync();
        await host.Client.RemoveHandlerAsync("mine");
        await Eventually.HoldsAsync(async () =>
            (await host.Client.RetryDeadLettersAsync(DeadLetterFilter.All)).Faults[0].Reason.ShouldStartWith("the stream has no handler mine"));
        await host.Client.RemoveStreamAsync("s");
        (await host.Client.RetryDeadLettersAsync(DeadLetterFilter.All)).Faults[0].Reason.ShouldStartWith("Unknown stream 's'");
        await CountAsync(host, 2);
    }

    [Fact]
    public async Task Should_keep_the_letter_when_its_handler_is_removed_before_it_has_finished()
    {
        var (begun, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        async Task Handle(McpEvent received)
        {
            if (!received.Redelivered)
                throw new InvalidOperationException("not now");
            begun.TrySetResult();
            await goesOn.Task;
        }

        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), options => options with { Name = "s" })
            .AddHandler(HandlerRegistration.ForDelegate("*", Handle) with { Name = "mine", Retry = RetryOptions.OneAttempt }));
        await CountAsync(host, 2);
        var retried = host.Client.RetryDeadLettersAsync(DeadLetterFilter.All);
        await begun.Task;

        await host.Client.RemoveHandlerAsync("mine");

        (await retried).Faults[0].Reason.ShouldBe("its handler was removed before it had finished");
        await CountAsync(host, 2);
        goesOn.SetResult();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_have_the_letters_after_a_restart_and_give_those_again_for_which_that_was_requested(bool isRequested)
    {
        await using var server = Server();
        await using (var first = await StartAsync(server, isDurable: true))
            await CountAsync(first, 2);
        if (isRequested)
        {
            await using var file = await OpenAsync();
            await file.RequestRetryAsync(new DeadLetterFilter { EventType = "chat.message" });
        }

        _isBroken = false;
        await using var second = await StartAsync(server, isDurable: true);

        await CountAsync(second, isRequested ? 1 : 2);
        _handled.ShouldBe(isRequested ? ["1"] : []);
    }

    [Fact]
    public async Task Should_not_give_a_letter_again_at_each_start_when_it_kills_the_process()
    {
        var copy = Path.Combine(_folder, "copy.dead-letters");
        var release = new TaskCompletionSource();
        await using var server = Server();
        await using (var first = await StartAsync(server, isDurable: true))
            await CountAsync(first, 2);
        await using (var file = await OpenAsync())
            await file.RequestRetryAsync(new DeadLetterFilter { EventType = "chat.message" });

        await using (var second = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => o with { Name = "s" })
            .AddHandler(HandlerRegistration.ForDelegate("*", HandleAsync) with { Name = "mine" })
            .WithDurableDelivery(delivery => delivery.InFile(FilePath))))
        {
            await Eventually.HoldsAsync(() => _handled.ShouldNotBeEmpty());
            // What a killed process leaves behind.
            File.Copy(FilePath + ".dead-letters", copy);
            release.SetResult();
        }

        await using var left = DeadLetterStores.ReadFile(copy);
        (await left.FindAsync(DeadLetterFilter.All, "", 9, default)).Select(letter => letter.IsRetryRequested).ShouldBe([false, false]);

        async Task HandleAsync(McpEvent received)
        {
            _handled.Enqueue(received.EventId!);
            await release.Task;
        }
    }

    [Fact]
    public async Task Should_use_a_store_of_ones_own()
    {
        await using var server = Server();
        await using var store = DeadLetterStores.OpenFile(FilePath + ".own");
        await using var host = await StartAsync(server, isDurable: true, store: store);

        await Eventually.HoldsAsync(async () => (await store.CountAsync(DeadLetterFilter.All, default)).ShouldBe(2));
        File.Exists(FilePath + ".dead-letters").ShouldBeFalse();
    }

    [Fact]
    public async Task Should_be_degraded_when_there_are_more_letters_than_is_normal()
    {
        await using var server = Server();
        await using var host = await StartAsync(server, limits: new DeadLetterLimits { WarnAbove = 1 });
        await CountAsync(host, 2);

        await Eventually.HoldsAsync(async () =>
        {
            var health = (await host.Service<HealthCheckService>().CheckHealthAsync()).Entries["mcp-sse"];
            (health.Status, health.Description).ShouldBe((HealthStatus.Degraded, "1 of 1 stream(s) connected; 2 dead letters, more than 1"));
        });
        await host.Client.DiscardDeadLettersAsync(DeadLetterFilter.All);
        (await host.Service<HealthCheckService>().CheckHealthAsync()).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Should_end_a_retry_when_the_router_has_stopped_for_good()
    {
        var release = new TaskCompletionSource();
        var inHand = new TaskCompletionSource();
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), o => o with { Name = "s", ShutdownTimeout = TimeSpan.FromSeconds(1) })
                .AddHandler(HandlerRegistration.ForDelegate("*", HandleAsync) with { Name = "mine", Retry = RetryOptions.OneAttempt }),
            "mcp-sse.ask-timeout = 300s");
        await CountAsync(host, 2);
        _isBroken = false;
        var retried = host.Client.RetryDeadLettersAsync(DeadLetterFilter.All);
        await inHand.Task.WaitAsync(Within.Limit);

        host.System.ActorSelection("/user/mcp-sse/s/router").Tell(PoisonPill.Instance);

        var answer = await Within.LimitAsync(retried);
        (answer.Handled, answer.UnderWay).ShouldBe((0, 0));
        answer.Faults.Select(fault => fault.Reason).Distinct().ShouldBe(["the router of stream 's' has stopped after an internal fault"]);
        await CountAsync(host, 2);
        (await Within.LimitAsync(host.Client.RetryDeadLettersAsync(DeadLetterFilter.All))).Faults[0].Reason.ShouldBe("stream 's' is Failed: start it first");
        release.SetResult();

        async Task HandleAsync(McpEvent received)
        {
            Handle(received);
            inHand.TrySetResult();
            await release.Task;
        }
    }

    [Fact]
    public void Should_refuse_limits_that_are_none() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new McpSseBuilder().WithDeadLetters(new DeadLetterLimits { MaxCount = 0 }));

    private static async Task CountAsync(McpSseHost host, long count) =>
        await Eventually.HoldsAsync(async () => (await host.Client.CountDeadLettersAsync()).Count.ShouldBe(count));

    // The host that used it has just ended.
    private async Task<IDeadLetterStore> OpenAsync()
    {
        IDeadLetterStore? store = null;
        await Eventually.HoldsAsync(() => store = DeadLetterStores.OpenFile(FilePath + ".dead-letters"));
        return store!;
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server, bool isDurable = false, IDeadLetterStore? store = null, DeadLetterLimits? limits = null) => McpSseHost.StartAsync(
        mcp =>
        {
            mcp.AddStream(server.Url.ToString(), o => o with { Name = "s" })
                .AddHandler(HandlerRegistration.ForDelegate("*", Handle) with { Name = "mine", Retry = RetryOptions.OneAttempt })
                .WithDeadLetters(limits ?? new DeadLetterLimits());
            if (isDurable)
                mcp.WithDurableDelivery(delivery => (store is null ? delivery : delivery.DeadLettersIn(() => store)).InFile(FilePath));
        },
        "mcp-sse.ask-timeout = 60s",
        services: services => services.AddHealthChecks(),
        akka: akka => akka.WithMcpSseHealthCheck());

    private void Handle(McpEvent received)
    {
        if (_isBroken)
            throw new InvalidOperationException("broken");
        _handled.Enqueue(received.EventId!);
    }

    private static ScriptedServer Server() => new(async exchange =>
    {
        await exchange.OpenAsync();
        if (exchange.Request.Header("Last-Event-ID") is null)
            await exchange.WriteAsync("id: 1\nevent: chat.message\ndata: {\"n\":1}\n\nid: 2\nevent: user.login\ndata: x\n\n");
        await exchange.StayAsync();
    });
}
