using System.Buffers;
using System.Diagnostics;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Router;
using McpSseActors.Connections;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Telemetry;

/// <summary>The handling of events is traced, and linked to the attempt that brought them.</summary>
public sealed partial class HandlingSpanSpec : TestKit
{
    // What is serialised loses its links: they stay in the process.
    private const string Plain = "akka.actor.serialize-messages = off";

    private static readonly ConcurrentDictionary<string, string?> Seen = new(StringComparer.Ordinal);

    public HandlingSpanSpec()
        : base(TestSystem.Config)
    {
    }

    [Fact]
    public async Task Should_trace_each_event_of_a_delegate_when_it_is_linked_to_its_attempt()
    {
        using var spans = new Spans("span-delegate");
        await using var server = Sends("id: 1\nevent: a\ndata: {}\n\nid: 2\nevent: b\ndata: {}\n\n");
        await using var host = await StartAsync(server, "span-delegate", mcp => mcp
            .AddHandler("a", (McpEvent _) => { Seen["sync"] = Activity.Current?.DisplayName; })
            .AddHandler("b", async (McpEvent _) =>
            {
                await Task.Yield();
                Seen["async"] = Activity.Current?.DisplayName;
                throw new InvalidOperationException("it holds what the event holds");
            }));

        var handled = (await spans.EndedAsync("process", 2)).OrderBy(s => s.DisplayName, StringComparer.Ordinal).ToArray();
        await host.StopAsync();

        var attempt = (await spans.EndedAsync("mcp_sse.connect")).ShouldHaveSingleItem();
        handled.Select(s => s.DisplayName).ShouldBe(["process a", "process b"]);
        handled.Select(s => s.GetTagItem("mcp_sse.event.type")).ShouldBe(["a", "b"]);
        handled.Select(s => s.GetTagItem("mcp_sse.event.id")).ShouldBe(["1", "2"]);
        handled.Select(s => s.GetTagItem("mcp_sse.handler")).ShouldBe(["delegate", "delegate-2"]);
        handled.Select(s => s.GetTagItem("error.type")).ShouldBe([null, "System.InvalidOperationException"]);
        handled.Select(s => s.Status).ShouldBe([ActivityStatusCode.Unset, ActivityStatusCode.Error]);
        handled.ShouldAllBe(s => s.Kind == ActivityKind.Consumer && s.Links.Single().Context == attempt.Context && s.ParentSpanId == default);
        handled.ShouldAllBe(s => !Spans.Text(s).Contains("it holds", StringComparison.Ordinal));
        Seen["sync"].ShouldBe("process a");
        Seen["async"].ShouldBe("process b");
    }

    [Fact]
    public async Task Should_trace_only_payloads_that_fit_when_a_delegate_wants_payloads()
    {
        using var spans = new Spans("span-payload");
        await using var server = Sends("event: a\nid: 1\ndata: 1\n\nevent: a\nid: 2\ndata: \"two\"\n\nevent: a\nid: 3\ndata: 3\n\n");
        await using var host = await StartAsync(server, "span-payload", mcp => mcp
            .MapPayload("a", Numbers.Default.Int32)
            .AddPayloadHandler<int>("a", (McpEvent<int> _) => { })
            .AddPayloadHandler<int>("a", async (McpEvent<int> _, CancellationToken _) => await Task.Yield()));

        await spans.EndedAsync("process", 4);
        await host.StopAsync();

        var attempt = (await spans.EndedAsync("mcp_sse.connect")).ShouldHaveSingleItem();
        var handled = spans.Named("process");
        handled.Select(s => s.GetTagItem("mcp_sse.event.id")).Order().ShouldBe(["1", "1", "3", "3"]);
        handled.ShouldAllBe(s => s.Links.Single().Context == attempt.Context);
    }

    [Fact]
    public async Task Should_trace_each_batch_when_the_handler_is_an_actor()
    {
        using var spans = new Spans("span-actor");
        await using var server = Sends("data: 1\n\ndata: 2\n\n");
        await using var host = await StartAsync(server, "span-actor", mcp => mcp.AddHandler("message", Props.Create<Deaf>()));

        var handled = (await spans.EndedAsync("process")).ShouldHaveSingleItem();
        await host.StopAsync();

        handled.DisplayName.ShouldBe("process Deaf");
        handled.GetTagItem("messaging.batch.message_count").ShouldBe(2);
        handled.GetTagItem("mcp_sse.handler").ShouldBe("Deaf");
        handled.Links.Single().Context.ShouldBe((await spans.EndedAsync("mcp_sse.connect")).Single().Context);
    }

    [Theory]
    [InlineData(HandlerOverflow.BackPressure)]
    [InlineData(HandlerOverflow.DropOldest)]
    public async Task Should_mark_the_span_when_an_actor_throws(HandlerOverflow overflow)
    {
        var name = $"span-throws-{overflow}";
        using var spans = new Spans(name);
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync("data: good\n\n");
            await spans.EndedAsync("process", 1);
            await exchange.WriteAsync("event: bad\ndata: x\n\ndata: good\n\n");
            await spans.EndedAsync("process", 2);
            await exchange.WriteAsync("data: good\n\n");
            await exchange.StayAsync();
        });
        await using var host = await StartAsync(server, name, mcp => mcp
            .AddHandler(HandlerRegistration.ForProps("*", Props.Create<Throwing>()) with { Overflow = overflow }));

        var handled = await spans.EndedAsync("process", 3);
        await host.StopAsync();

        handled.Select(s => s.GetTagItem("error.type")).ShouldBe([null, "System.InvalidOperationException", null]);
        handled.Select(s => s.Status).ShouldBe([ActivityStatusCode.Unset, ActivityStatusCode.Error, ActivityStatusCode.Unset]);
        handled.ShouldAllBe(s => !Spans.Text(s).Contains("it holds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_measure_and_trace_when_the_handler_is_behind_a_queue()
    {
        using var spans = new Spans("span-queue");
        using var measured = new Measurements("span-queue");
        await using var server = Sends("data: 1\n\ndata: 2\n\n");
        await using var host = await StartAsync(server, "span-queue", mcp => mcp
            .AddHandler(HandlerRegistration.ForProps("message", Props.Create<Deaf>()) with { Overflow = HandlerOverflow.DropOldest }));

        var handled = (await spans.EndedAsync("process")).ShouldHaveSingleItem();
        await host.StopAsync();

        handled.GetTagItem("messaging.batch.message_count").ShouldBe(2);
        handled.Links.Single().Context.ShouldBe((await spans.EndedAsync("mcp_sse.connect")).Single().Context);
        measured.Of("mcp_sse.handler.duration").ShouldHaveSingleItem().Tag("mcp_sse.handler").ShouldBe("Deaf");
    }

    [Fact]
    public async Task Should_end_the_span_when_the_handler_is_removed_before_it_is_done()
    {
        using var spans = new Spans("span-removed");
        using var gate = new ManualResetEventSlim();
        await using var server = Sends("data: 1\n\n");
        await using var host = await StartAsync(server, "span-removed", mcp => mcp.AddHandler("message", Props.Create(() => new Standing(gate))));
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).InFlight.ShouldBe(1));

        await host.Client.RemoveHandlerAsync(nameof(Standing));

        var given = (await spans.EndedAsync("process")).ShouldHaveSingleItem();
        given.GetTagItem("error.type").ShouldBe("handler_gone");
        given.Status.ShouldBe(ActivityStatusCode.Error);
        gate.Set();
    }

    [Fact]
    public async Task Should_end_the_span_when_the_stream_ends_before_its_handler()
    {
        using var spans = new Spans("span-left");
        using var gate = new ManualResetEventSlim();
        await using var server = Sends("data: 1\n\n");
        await using var host = await StartAsync(server, "span-left", mcp => mcp.AddHandler("message", Props.Create(() => new Standing(gate))));
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).InFlight.ShouldBe(1));

        host.System.ActorSelection("/user/mcp-sse/span-left/router").Tell(PoisonPill.Instance);
        gate.Set();

        (await spans.EndedAsync("process")).ShouldHaveSingleItem().GetTagItem("error.type").ShouldBe("handler_gone");
    }

    [Fact]
    public async Task Should_be_current_and_say_who_handles_when_an_actor_starts_it_itself()
    {
        using var spans = new Spans("span-own");
        var received = new McpEvent("span-own", "a", "{}"u8.ToArray(), DateTimeOffset.UnixEpoch, new string('9', 1000));

        using (var span = received.StartHandling("me"))
            Activity.Current.ShouldBe(span.ShouldNotBeNull());

        var ended = (await spans.EndedAsync("process a")).ShouldHaveSingleItem();
        ended.GetTagItem("mcp_sse.handler").ShouldBe("me");
        ended.GetTagItem("mcp_sse.event.id").ShouldBeNull("an ID that long is no ID to look for");
        ended.Links.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_keep_the_link_when_a_stream_is_reconfigured_under_way()
    {
        var options = new StreamOptions { Name = "s", ServerUrl = "http://127.0.0.1:1/" };
        var parser = Sys.ActorOf(ParserActor.Props(options, new PipelineSettings(), [], TestActor));
        var links = new[] { new ActivityLink(new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), default)) };

        parser.Tell(new StreamOpening(1, StreamPosition.Start, links));
        parser.Tell(new Reconfigure(options with { EventBufferSize = 1 }, default));
        var buffer = ArrayPool<byte>.Shared.Rent(9);
        "data: x\n\n"u8.CopyTo(buffer);
        parser.Tell(new ChunkReceived(1, new Chunk(buffer, 9, new SseDecoder(100))));

        await ExpectMsgAsync<StreamOpening>();
        (await ExpectMsgAsync<EventBatch>()).Events.AttemptLinks.ShouldBeSameAs(links);
    }

    private static Task<McpSseHost> StartAsync(ScriptedServer server, string name, Action<McpSseBuilder> configure) => McpSseHost.StartAsync(
        mcp => configure(mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Name = name, EnableEventLogging = false })), Plain);

    private static ScriptedServer Sends(string text) => new(Script.Sends(text));

    private sealed class Deaf : ReceiveActor
    {
        public Deaf() => Receive<McpEvent>(_ => { });
    }

    private sealed class Throwing : ReceiveActor
    {
        public Throwing() => Receive<McpEvent>(received =>
        {
            if (received.EventType == "bad")
                throw new InvalidOperationException("it holds what the event holds");
        });
    }

    private sealed class Standing : ReceiveActor
    {
        public Standing(ManualResetEventSlim gate) => Receive<McpEvent>(_ => gate.Wait(Support.Within.Limit));
    }

    [System.Text.Json.Serialization.JsonSerializable(typeof(int))]
    private sealed partial class Numbers : System.Text.Json.Serialization.JsonSerializerContext;
}
