using Akka.TestKit.Xunit2;

namespace McpSseActors.Tests.Handlers;

public sealed class DelegateHandlerSpec() : TestKit(TestSystem.Config)
{
    private readonly ConcurrentQueue<string> _seen = new();

    private static McpEvent Event => new("s", "a", "1"u8.ToArray(), DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Should_call_the_delegate_when_it_has_one_of_the_forms()
    {
        Delegate[] plain =
        [
            (McpEvent received) => _seen.Enqueue(received.EventType),
            async (McpEvent received) => { await Task.Yield(); _seen.Enqueue(received.EventType); },
            async (McpEvent received, CancellationToken stopped) => { await Task.Delay(1, stopped); _seen.Enqueue(received.EventType); },
            (McpEvent received) => { _seen.Enqueue(received.EventType); return ValueTask.CompletedTask; },
            (McpEvent received, CancellationToken _) => { _seen.Enqueue(received.EventType); return ValueTask.CompletedTask; },
            (McpEvent received) => { _seen.Enqueue(received.EventType); return Task.FromResult(1); },
            (object received) => _seen.Enqueue(((McpEvent)received).EventType),
        ];

        foreach (var handler in plain)
            await HandleAsync(HandlerRegistration.ForDelegate("*", handler), Event);

        _seen.Count.ShouldBe(plain.Length);
    }

    [Fact]
    public async Task Should_pass_payloads_only_when_the_delegate_wants_them()
    {
        Delegate[] typed =
        [
            (McpEvent<int> received) => _seen.Enqueue($"{received.Payload}"),
            async (McpEvent<int> received) => { await Task.Yield(); _seen.Enqueue($"{received.Payload}"); },
            (McpEvent<int> received, CancellationToken _) => { _seen.Enqueue($"{received.Payload}"); return Task.CompletedTask; },
        ];

        foreach (var handler in typed)
            await HandleAsync(HandlerRegistration.ForPayload<int>("*", handler), Event, new McpEvent<int>(Event, 7));

        _seen.ShouldBe(["7", "7", "7"]);
    }

    [Fact]
    public void Should_refuse_a_delegate_when_it_has_another_form()
    {
        Should.Throw<ArgumentException>(() => HandlerRegistration.ForDelegate("*", (McpEvent received) => received.EventType.Length)).Message.ShouldBe(
            "System.Func`2[McpSseActors.McpEvent,System.Int32] cannot handle events. Pass (McpEvent) => void, (McpEvent) => Task, or "
            + "(McpEvent, CancellationToken) => Task; ValueTask is also accepted. "
            + "Put the body of a lambda that returns another value in braces. (Parameter 'handler')");
        Should.Throw<ArgumentException>(() => HandlerRegistration.ForPayload<int>("*", () => { })).Message.ShouldContain("(McpEvent<Int32>, CancellationToken) => Task");
        Should.Throw<ArgumentNullException>(() => HandlerRegistration.ForDelegate("*", null!));
        Should.Throw<ArgumentNullException>(() => HandlerRegistration.ForPayload<int>("*", null!));
    }

    private async Task HandleAsync(HandlerRegistration registration, params McpEvent[] events)
    {
        var actor = Sys.ActorOf(registration.Props!(Sys, null));
        foreach (var received in events)
            actor.Tell(received);
        await actor.GracefulStop(Support.Within.Limit, PoisonPill.Instance);
    }
}
