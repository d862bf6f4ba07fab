using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors.DeadLetters;
using McpSseActors.DeadLetters;
using McpSseActors.Tests.DeadLetters;

namespace McpSseActors.Tests.Actors.DeadLetters;

/// <summary>What is logged of dead letters: the first at once, and the number of the others once per period, which passes in virtual time.</summary>
[Trait("Category", "Durability")]
public sealed class DeadLetterLogSpec() : TestKit(
    Akka.Configuration.ConfigurationFactory.ParseString("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
        .WithFallback(TestSystem.Config))
{
    [Fact]
    public async Task Should_log_the_first_letter_of_each_handler_and_the_number_of_the_others_once_per_period()
    {
        var logged = CreateTestProbe();
        Sys.EventStream.Subscribe(logged, typeof(Error));
        var actor = Start();

        await KeepAsync(actor, Letters.Of("1", data: "SECRET"), Letters.Of("2"), Letters.Of("3", handler: "other"), Letters.Of("4"));
        (await NextLineAsync()).ShouldBe(
            "Event event-1 of type chat.message (stream s) is kept as a dead letter: handler h gave it up after 3 attempt(s): InvalidOperationException: no");
        (await NextLineAsync()).ShouldStartWith("Event event-3 of type chat.message (stream s) is kept as a dead letter: handler other");
        PassPeriod();
        (await NextLineAsync()).ShouldBe("2 more event(s) of stream s became dead letters of handler h in the last 30 s");

        PassPeriod();
        await KeepAsync(actor, Letters.Of("5"));
        (await NextLineAsync()).ShouldStartWith("Event event-5", Case.Sensitive, "a new period begins, and one without letters has no line");

        async Task<string> NextLineAsync() => (await logged.ExpectMsgAsync<Error>(Support.Within.Limit)).Message.ToString()!;
    }

    [Fact]
    public async Task Should_log_what_falls_out_at_once_and_its_number_once_per_period()
    {
        var logged = CreateTestProbe();
        Sys.EventStream.Subscribe(logged, typeof(Warning));
        var actor = Start(new DeadLetterLimits { MaxCount = 1, MaxAge = TimeSpan.Zero });

        await KeepAsync(actor, Letters.Of("1"), Letters.Of("2"), Letters.Of("3"));
        PassPeriod();

        (await logged.ExpectMsgAsync<Warning>(Support.Within.Limit)).Message.ToString()
            .ShouldBe("1 dead letter(s) were discarded, the oldest first, because a limit of [mcp_sse.delivery.dead_letters] was reached");
        (await logged.ExpectMsgAsync<Warning>(Support.Within.Limit)).Message.ToString().ShouldBe("2 dead letter(s) were discarded in the last 30 s because a limit was reached");
    }

    private async Task KeepAsync(IActorRef actor, params StoredDeadLetter[] letters)
    {
        foreach (var letter in letters)
        {
            actor.Tell(new KeepDeadLetter(letter), TestActor);
            await ExpectMsgAsync<DeadLetterKept>();
        }
    }

    private void PassPeriod() => ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(30));

    // No letter is too old for the clock of the test.
    private IActorRef Start(DeadLetterLimits? limits = null)
    {
        var settings = new DeadLetterSettings(new MemoryDeadLetterStore(), limits ?? new DeadLetterLimits { MaxAge = TimeSpan.Zero }, StoreFailure.Continue);
        return Sys.ActorOf(Props.Create(() => new DeadLetterActor(settings)));
    }
}
