using System.Globalization;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Router;
using McpSseActors.Connections;
using McpSseActors.Sse;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Parser and router crash in the middle of a stream whose server resumes where it is told.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class CrashSpec
{
    private const int Events = 5000;

    /// <summary>More than can be in flight, so that each crash hits another connection.</summary>
    private const int CrashEvery = 700;

    private const int Crashes = (Events - 1) / CrashEvery;

    private readonly ReceivedEvents _events = new();
    private readonly ReceivedEvents _ownEvents = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Should_lose_nothing_and_bring_nothing_twice_when_the_parser_crashes()
    {
        await using var server = new ScriptedServer(ReplayAsync);
        await using var host = await StartAsync(server);
        // No buffer, but a length: the parser throws where it reads the bytes.
        await AddHandlerAsync(host, await PipelineAsync(host, "parser"), () => new ChunkReceived(server.Connections, new Chunk(null!, 1, null!)));

        (await _events.TextsAsync(Events)).ShouldBe(Numbers);

        await SettledAsync(host, server, "the parser was restarted");
        (await _ownEvents.TextsAsync(Events)).ShouldBe(Numbers);
    }

    [Fact]
    public async Task Should_lose_nothing_and_bring_nothing_twice_when_the_router_crashes()
    {
        await using var server = new ScriptedServer(ReplayAsync);
        await using var host = await StartAsync(server);
        await AddHandlerAsync(host, await PipelineAsync(host, "router"), () => Poisoned(server.Connections));

        (await _events.TextsAsync(Events)).ShouldBe(Numbers);

        await SettledAsync(host, server, "the router was restarted");
        (await _ownEvents.TextsAsync(Events)).ShouldBe(Numbers);
    }

    // A handler that already had the batch gets it again: better twice than never.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_lose_nothing_when_the_router_crashes_between_two_handlers(bool before)
    {
        await using var server = new ScriptedServer(ReplayAsync);
        await using var host = await StartAsync(server);
        var breaking = HandlerRegistration.ForActorRef("*", new Breaking(host.System, CrashEvery));
        if (before)
            await host.McpSse.Ask<HandlerAdded>(new AddHandler(breaking), Within.Limit);
        await AddHandlerAsync(host);
        if (!before)
            await host.McpSse.Ask<HandlerAdded>(new AddHandler(breaking), Within.Limit);
        _ready.SetResult();

        var received = await ReceivedUntilLastAsync();
        received.Distinct().ShouldBe(Numbers);
        if (before)
            received.Count.ShouldBe(Events);

        await SettledAsync(host, server, "the router was restarted");
    }

    private static readonly string[] Numbers = [.. Enumerable.Range(1, Events).Select(n => n.ToString(CultureInfo.InvariantCulture))];

    private async Task<McpSseHost> StartAsync(ScriptedServer server)
    {
        var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { InitialReconnectDelay = TimeSpan.FromMilliseconds(1), EnableEventLogging = false })
                .AddHandler(_ownEvents.Collect),
            "mcp-sse.pipeline { chunk-size = 1KiB, chunks-in-flight = 8 }");
        await server.NextRequestAsync();
        return host;
    }

    private async Task<List<string>> ReceivedUntilLastAsync()
    {
        var received = new List<string>();
        while (received.LastOrDefault() != Numbers[^1])
            received.Add((await _events.NextAsync()).Text);
        return received;
    }

    private static Task<IActorRef> PipelineAsync(McpSseHost host, string actor) =>
        host.System.ActorSelection($"/user/mcp-sse/s/{actor}").ResolveOne(Within.Limit);

    private async Task AddHandlerAsync(McpSseHost host, IActorRef target, Func<object> crash)
    {
        await AddHandlerAsync(host, received =>
        {
            if (int.Parse(received.Text, CultureInfo.InvariantCulture) % CrashEvery == 0)
                target.Tell(crash(), ActorRefs.NoSender);
        });
        _ready.SetResult();
    }

    private async Task AddHandlerAsync(McpSseHost host, Action<McpEvent>? then = null)
    {
        var handler = host.System.ActorOf(Props.Create(() => new Collector(_events, then)));
        await host.McpSse.Ask<HandlerAdded>(new AddHandler(HandlerRegistration.ForActorRef("*", handler)), Within.Limit);
    }

    private async Task SettledAsync(McpSseHost host, ScriptedServer server, string reason)
    {
        for (var crash = 0; crash < Crashes; crash++)
            (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldStartWith(reason);
        await host.States.UntilAsync(ConnectionState.Connected);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.LastEventId.ShouldBe(Numbers[^1]);
            stats.InFlight.ShouldBe(0);
            stats.IsConnected.ShouldBeTrue();
        });
        server.Connections.ShouldBe(Crashes + 1);
        _events.Waiting.ShouldBe(0);
    }

    private async Task ReplayAsync(Exchange exchange)
    {
        await _ready.Task.WaitAsync(exchange.Stopped);
        var last = int.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture);
        await exchange.OpenAsync();
        await exchange.WriteAsync(string.Concat(Numbers.Skip(last).Select(n => $"id: {n}\ndata: {n}\n\n")));
        await exchange.StayAsync();
    }

    private static EventBatch Poisoned(long epoch) =>
        new() { Epoch = epoch, Events = null!, Bytes = 0, Comments = 0, LeftOut = default, Position = StreamPosition.Start };

    private sealed class Collector : ReceiveActor
    {
        public Collector(ReceivedEvents events, Action<McpEvent>? then) => Receive<McpEvent>(received =>
        {
            events.Collect(received);
            then?.Invoke(received);
        });
    }

    // An address at which a message cannot even be posted, now and then: the router throws between two handlers.
    private sealed class Breaking(ActorSystem system, int every) : MinimalActorRef
    {
        private int _broken;

        public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / "breaking";

        public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

        protected override void TellInternal(object message, IActorRef sender)
        {
            if (message is Identify identify)
                sender.Tell(new ActorIdentity(identify.MessageId, this));
            else if (message is McpEvent received && int.Parse(received.Text, CultureInfo.InvariantCulture) is var number
                && number % every == 0 && number > _broken)
                throw new InvalidOperationException($"cannot be posted: {_broken = number}");
        }
    }
}
