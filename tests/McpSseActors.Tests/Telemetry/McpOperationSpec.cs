using McpSseActors.Tests.Mcp;
using McpSseActors.Tests.Mcp.Events;

namespace McpSseActors.Tests.Telemetry;

/// <summary>Requests of MCP are measured and traced by OpenTelemetry's conventions, and servers can continue the trace.</summary>
public sealed class McpOperationSpec
{
    [Fact]
    public async Task Should_trace_each_request_below_its_attempt_and_pass_the_trace_on()
    {
        using var spans = new Spans("mcp-spans");
        await using var server = await FakeMcp.StartAsync(new EventsMcp());
        await using (var host = await SubscribeAsync(server, "mcp-spans"))
            await server.SubscribedAsync();

        var attempt = (await spans.EndedAsync("mcp_sse.connect")).ShouldHaveSingleItem();
        foreach (var method in new[] { "server/discover", "events/list", "events/stream" })
        {
            var span = (await spans.EndedAsync(method)).ShouldHaveSingleItem();
            var call = server.Calls.Single(call => call.What == method);
            (span.ParentSpanId, span.Kind).ShouldBe((attempt.SpanId, System.Diagnostics.ActivityKind.Client));
            span.GetTagItem("mcp.method.name").ShouldBe(method);
            span.GetTagItem("mcp.protocol.version").ShouldBe("2026-07-28");
            span.GetTagItem("jsonrpc.request.id").ShouldBe(call.Id);
            (span.GetTagItem("network.transport"), span.GetTagItem("network.protocol.name"), span.GetTagItem("error.type")).ShouldBe(("tcp", "http", null));
            call.Params.GetProperty("_meta").GetProperty("traceparent").GetString().ShouldBe(span.Id);
        }
    }

    [Fact]
    public async Task Should_measure_requests_and_show_the_code_of_an_error()
    {
        using var measurements = new Measurements("mcp-metrics");
        using var spans = new Spans("mcp-metrics");
        await using var server = await FakeMcp.StartAsync(new EventsMcp());
        server.Instead = async call =>
        {
            if (call.What == "events/stream")
                await call.ErrorAsync(200, -32024, "secret words");
            return call.What == "events/stream";
        };
        await using var host = await SubscribeAsync(server, "mcp-metrics");

        await host.States.UntilAsync(ConnectionState.Failed);
        var refused = measurements.Of("mcp.client.operation.duration", "mcp.method.name", "events/stream").ShouldHaveSingleItem();
        (refused.Tag("error.type"), refused.Tag("rpc.response.status_code"), refused.Tag("mcp.protocol.version")).ShouldBe(("-32024", "-32024", "2026-07-28"));
        refused.Tags.ShouldNotContainKey("jsonrpc.request.id");
        measurements.Of("mcp.client.operation.duration", "mcp.method.name", "events/list").ShouldHaveSingleItem().Tags.ShouldNotContainKey("error.type");
        measurements.Units["mcp.client.operation.duration"].ShouldBe("s");
        spans.Texts.ShouldAllBe(text => !text.Contains("secret words", StringComparison.Ordinal) || !text.StartsWith("events/stream", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_trace_requests_of_a_session_and_measure_its_duration_without_its_id()
    {
        using var measurements = new Measurements("mcp-session");
        using var spans = new Spans("mcp-session");
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using (var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url, o => Streams.Quick(o) with { Name = "mcp-session", Transport = StreamTransport.StreamableHttp })))
            await host.States.UntilAsync(ConnectionState.Connected);

        var span = (await spans.EndedAsync("initialize")).ShouldHaveSingleItem();
        server.Calls[0].Params.GetProperty("_meta").GetProperty("traceparent").GetString().ShouldBe(span.Id);
        span.GetTagItem("mcp.protocol.version").ShouldBeNull("it is not agreed on yet");
        var session = measurements.Of("mcp.client.session.duration").ShouldHaveSingleItem();
        (session.Tag("mcp.protocol.version"), session.Tag("network.transport")).ShouldBe(("2025-11-25", "tcp"));
        spans.Texts.Concat(measurements.All.SelectMany(measured => measured.Tags.Keys)).ShouldAllBe(
            text => !text.Contains("mcp.session.id", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_continue_the_trace_that_comes_with_an_event()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        using var spans = new Spans("mcp-continued");
        await using var server = await FakeMcp.StartAsync(new EventsMcp());
        await using var host = await SubscribeAsync(server, "mcp-continued", mcp => mcp.AddHandler((McpEvent _) => { }));
        var stream = await server.SubscribedAsync();
        await stream.Stream.MessageAsync(ModernMcp.Notification(
            "notifications/events/event", $$$"""{"_meta":{"traceparent":"00-{{{Trace}}}-b7ad6b7169203331-01","tracestate":"a=1","more":{"x":[1]}},{{{EventsMcp.Event("e1")}}} }"""));

        var span = (await spans.EndedAsync("process incident.created")).ShouldHaveSingleItem();
        (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString(), span.TraceStateString).ShouldBe((Trace, "b7ad6b7169203331", "a=1"));
        span.GetTagItem("mcp_sse.event.id").ShouldBe("e1");
    }

    private static Task<McpSseHost> SubscribeAsync(EventsMcp server, string name, Action<McpSseBuilder>? build = null) => McpSseHost.StartAsync(mcp =>
    {
        mcp.AddStream(server.Url, o => Streams.Quick(o) with
        {
            Name = name,
            Transport = StreamTransport.Events,
            Event = new McpEventSubscription { Name = EventsMcp.Incident },
        });
        build?.Invoke(mcp);
    });
}
