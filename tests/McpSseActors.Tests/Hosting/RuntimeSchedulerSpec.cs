using System.Threading.Channels;
using Akka.Configuration;
using Akka.Hosting;

namespace McpSseActors.Tests.Hosting;

/// <summary>Akka's scheduler as <c>WithMcpSse</c> sets it: it does what the scheduler of Akka does, and nothing while nothing is due.</summary>
public sealed class RuntimeSchedulerSpec : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Never = TimeSpan.FromDays(100);
    private static readonly AsyncLocal<string> Caller = new();

    private readonly ActorSystem _system = ActorSystem.Create("timers", ConfigurationFactory.ParseString($"akka.stdout-loglevel = OFF, akka.loggers = []\n{RuntimeScheduler.DefaultHocon}"));
    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();

    private IScheduler Scheduler => _system.Scheduler;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Within.LimitAsync(_system.Terminate());

    [Fact]
    public async Task Should_be_the_scheduler_of_a_host_unless_it_names_another()
    {
        const string akkas = "akka.scheduler.implementation = \"Akka.Actor.HashedWheelTimerScheduler\"";
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddHandler("*", (McpEvent _) => { }));
        await using var before = await McpSseHost.StartAsync(mcp => mcp.AddHandler("*", (McpEvent _) => { }), akkas);
        await using var after = await McpSseHost.StartAsync(
            mcp => mcp.AddHandler("*", (McpEvent _) => { }), akka: system => system.AddHocon(akkas, HoconAddMode.Prepend));

        host.System.Scheduler.ShouldBeOfType<RuntimeScheduler>();
        before.System.Scheduler.ShouldBeOfType<HashedWheelTimerScheduler>();
        after.System.Scheduler.ShouldBeOfType<HashedWheelTimerScheduler>();
    }

    [Fact]
    public async Task Should_run_once_or_repeatedly_and_not_before_it_is_due()
    {
        var start = Scheduler.HighResMonotonicClock;
        var ran = new TaskCompletionSource<TimeSpan>();
        Scheduler.Advanced.ScheduleOnce(Soon, () => ran.SetResult(Scheduler.HighResMonotonicClock - start));
        using var repeated = new Cancelable(Scheduler);
        Scheduler.Advanced.ScheduleRepeatedly(TimeSpan.Zero, Soon, () => _seen.Writer.TryWrite("again"), repeated);

        (await Within.LimitAsync(ran.Task)).ShouldBeGreaterThanOrEqualTo(Soon);
        for (var n = 0; n < 5; n++)
            (await NextAsync()).ShouldBe("again");
    }

    [Fact]
    public async Task Should_send_messages_to_an_actor_and_its_timers()
    {
        var actor = _system.ActorOf(Props.Create(() => new Listener(_seen.Writer)));
        (await NextAsync()).ShouldBe("timer");
        Scheduler.ScheduleTellOnce(Soon, actor, "once", ActorRefs.NoSender);
        (await NextAsync()).ShouldBe("once");
        var repeated = Scheduler.ScheduleTellRepeatedlyCancelable(Soon, Soon, actor, "again", ActorRefs.NoSender);
        (await NextAsync()).ShouldBe("again");
        (await NextAsync()).ShouldBe("again");
        repeated.Cancel();
    }

    [Fact]
    public async Task Should_not_run_what_was_cancelled()
    {
        using var before = new Cancelable(Scheduler);
        using var after = new Cancelable(Scheduler);
        before.Cancel();
        Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => _seen.Writer.TryWrite("before"), before);
        Scheduler.Advanced.ScheduleOnce(Never, () => _seen.Writer.TryWrite("after"), after);
        after.Cancel();

        await Within.LimitAsync(_system.Terminate());
        _seen.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_go_on_when_an_action_fails()
    {
        Scheduler.Advanced.ScheduleRepeatedly(TimeSpan.Zero, Soon, () =>
        {
            _seen.Writer.TryWrite("failing");
            throw new InvalidOperationException("as planned");
        });
        (await NextAsync()).ShouldBe("failing");
        Scheduler.Advanced.ScheduleOnce(4 * Soon, () => _seen.Writer.TryWrite("next"));
        (await NextAsync()).ShouldBe("next", "what failed is not repeated");
    }

    [Fact]
    public async Task Should_run_what_still_waits_when_the_system_ends()
    {
        Scheduler.Advanced.ScheduleOnce(Never, () => _seen.Writer.TryWrite("at the end"));
        await Within.LimitAsync(_system.Terminate());

        (await NextAsync()).ShouldBe("at the end");
        Should.Throw<SchedulerException>(() => Scheduler.Advanced.ScheduleOnce(Soon, () => { }));
    }

    [Fact]
    public async Task Should_not_carry_the_context_of_the_caller()
    {
        Caller.Value = "the caller";
        Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => _seen.Writer.TryWrite(Caller.Value ?? "nobody"));

        (await NextAsync()).ShouldBe("nobody");
    }

    private async Task<string> NextAsync() => await Within.LimitAsync(_seen.Reader.ReadAsync().AsTask());

    private sealed class Listener : ReceiveActor, IWithTimers
    {
        public Listener(ChannelWriter<string> seen) => Receive<string>(text => seen.TryWrite(text));

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartSingleTimer("key", "timer", Soon);
    }
}
