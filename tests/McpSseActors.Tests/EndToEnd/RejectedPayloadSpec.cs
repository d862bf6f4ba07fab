namespace McpSseActors.Tests.EndToEnd;

/// <summary>An event whose payload did not fit is kept, and dispatched again on request: it is handled if it fits now.</summary>
[Trait("Category", "Durability")]
public sealed class RejectedPayloadSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rejected-").FullName;
    private readonly ConcurrentQueue<string> _handled = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Should_be_handled_when_it_fits_after_a_restart_with_another_mapping()
    {
        await using var server = Server();
        await using (var first = await StartAsync(server, mcp => mcp.AddPayloadHandler<Number>("chat.*", (McpEvent<Number> received) => Handle("typed", received))))
        {
            await CountAsync(first, 1);
            (await first.Client.RetryDeadLettersAsync(DeadLetterFilter.All)).Faults.ShouldHaveSingleItem().Reason
                .ShouldStartWith($"the payload is no {typeof(Number)}: it does not fit at $.n");
            await CountAsync(first, 1);
        }

        _handled.ShouldBeEmpty();
        await using var second = await StartAsync(server, mcp => mcp
            .AddPayloadHandler<Word>("chat.*", (McpEvent<Word> received) => Handle($"typed {received.Payload.N}", received))
            .AddHandler("chat.*", Props.Create(() => new Batches(_handled)))
            .AddHandler("user.*", (McpEvent received) => Handle("other", received)));

        (await second.Client.RetryDeadLettersAsync(DeadLetterFilter.All)).Handled.ShouldBe(1);

        _handled.ShouldBe(["typed one 1 True", "batch one"], ignoreOrder: true);
        await CountAsync(second, 0);
    }

    [Fact]
    public async Task Should_become_a_letter_of_the_handler_that_fails_at_it_now()
    {
        await using var server = Server();
        await using (var first = await StartAsync(server, mcp => mcp.MapPayload<Number>("chat.*")))
            await CountAsync(first, 1);
        await using var second = await StartAsync(server, mcp => mcp
            .MapPayload<Word>("chat.*")
            .AddHandler(HandlerRegistration.ForPayload<Word>("chat.*", (McpEvent<Word> _) => { throw new InvalidOperationException("no"); }) with { Name = "fails", Retry = RetryOptions.OneAttempt }));

        (await second.Client.RetryDeadLettersAsync(DeadLetterFilter.All)).UnderWay.ShouldBe(0);

        (await second.Client.GetDeadLettersAsync()).Letters.ShouldHaveSingleItem().Handler.ShouldBe("fails");
    }

    [Theory]
    [InlineData(false, "no payload is mapped to its type")]
    [InlineData(true, "the stream has no handler of its type")]
    public async Task Should_stay_and_say_why_when_nothing_could_handle_it(bool isMapped, string reason)
    {
        await using var server = Server();
        await using (var first = await StartAsync(server, mcp => mcp.MapPayload<Number>("chat.*")))
            await CountAsync(first, 1);
        await using var second = await StartAsync(server, mcp => _ = isMapped ? mcp.MapPayload<Word>("chat.*") : mcp);

        (await second.Client.RetryDeadLettersAsync(DeadLetterFilter.All)).Faults.ShouldHaveSingleItem().Reason.ShouldBe(reason);

        await CountAsync(second, 1);
    }

    [Fact]
    public async Task Should_reach_an_actor_with_a_mailbox_of_its_own()
    {
        await using var server = Server();
        await using (var first = await StartAsync(server, mcp => mcp.MapPayload<Number>("chat.*")))
            await CountAsync(first, 1);
        await using var second = await StartAsync(server, mcp => mcp.MapPayload<Word>("chat.*"));
        var existing = second.System.ActorOf(Props.Create(() => new Actor(_handled)));
        await second.Client.AddHandlerAsync(HandlerRegistration.ForActorRef("chat.*", existing));
        await second.Client.AddHandlerAsync(HandlerRegistration.ForPayload<Word>("chat.*", (McpEvent<Word> received) => Handle("queue", received)) with { Overflow = HandlerOverflow.DropOldest });

        (await second.Client.RetryDeadLettersAsync(DeadLetterFilter.All)).Handled.ShouldBe(1);

        await Eventually.HoldsAsync(() => _handled.ShouldBe(["actor one", "queue 1 True"], ignoreOrder: true));
    }

    private void Handle(string kind, McpEvent received) => _handled.Enqueue($"{kind} {received.EventId} {received.Redelivered}");

    private static async Task CountAsync(McpSseHost host, long count) =>
        await Eventually.HoldsAsync(async () => (await host.Client.CountDeadLettersAsync()).Count.ShouldBe(count));

    private Task<McpSseHost> StartAsync(ScriptedServer server, Action<McpSseBuilder> configure) => McpSseHost.StartAsync(
        mcp =>
        {
            configure(mcp.AddStream(server.Url.ToString(), o => o with { Name = "s" }));
            mcp.WithDeadLetters(new DeadLetterLimits { KeepRejectedPayloads = true }).WithDurableDelivery(delivery => delivery.InFile(Path.Combine(_folder, "positions")));
        },
        "mcp-sse.ask-timeout = 60s");

    private static ScriptedServer Server() => new(async exchange =>
    {
        await exchange.OpenAsync();
        if (exchange.Request.Header("Last-Event-ID") is null)
            await exchange.WriteAsync("id: 1\nevent: chat.message\ndata: {\"n\":\"one\"}\n\n");
        await exchange.StayAsync();
    });

    private sealed record Number(int N);

    private sealed record Word(string N);

    private sealed class Batches(ConcurrentQueue<string> handled) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            foreach (var received in events)
                handled.Enqueue(received.TryGetPayload<Word>(out var word) ? $"batch {word.N}" : "batch without payload");
        }
    }

    private sealed class Actor : ReceiveActor
    {
        public Actor(ConcurrentQueue<string> handled) => Receive<McpEvent<Word>>(received => handled.Enqueue($"actor {received.Payload.N}"));
    }
}
