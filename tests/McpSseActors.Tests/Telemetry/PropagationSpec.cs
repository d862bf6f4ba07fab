using System.Diagnostics;

namespace McpSseActors.Tests.Telemetry;

/// <summary>The trace goes with the request to the configured origin, and to no other.</summary>
public sealed class PropagationSpec : IDisposable
{
    private static readonly string[] TraceHeaders = ["traceparent", "tracestate", "baggage", "Correlation-Context", "Request-Id"];

    private readonly ActivityListener _giver = new()
    {
        ShouldListenTo = source => source.Name == McpSseTelemetry.ActivitySourceName,
        Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        ActivityStarted = span => span.SetBaggage("tenant", "private"),
    };

    public PropagationSpec() => ActivitySource.AddActivityListener(_giver);

    [Fact]
    public async Task Should_send_the_trace_of_the_attempt_when_the_origin_is_the_configured_one()
    {
        using var spans = new Spans("propagated");
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("302 Found", "Location: /elsewhere\r\n"), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "propagated" }));
        await host.States.UntilAsync(ConnectionState.Connected);
        await host.StopAsync();

        var trace = (await spans.EndedAsync("mcp_sse.connect")).ShouldHaveSingleItem().TraceId.ToHexString();
        for (var hop = 0; hop < 2; hop++)
        {
            var request = await server.NextRequestAsync();
            request.Header("traceparent").ShouldNotBeNull().ShouldStartWith($"00-{trace}-");
            request.Header("baggage").ShouldNotBeNull().ShouldContain("private");
        }
    }

    [Theory]
    [InlineData("302 Found")]
    [InlineData("308 Permanent Redirect")]
    public async Task Should_send_no_trace_when_a_redirect_leads_to_another_origin(string status)
    {
        ScriptedServer? home = null;
        await using var other = new ScriptedServer(exchange => exchange.AnswerAsync("307 Temporary Redirect", $"Location: {home!.Url}/back\r\n"));
        home = new ScriptedServer(exchange => exchange.AnswerAsync(status, $"Location: {other.Url}\r\n"), StayOpenAsync);
        await using var server = home;
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "foreign" }));
        await host.States.UntilAsync(ConnectionState.Connected);

        (await server.NextRequestAsync()).Header("traceparent").ShouldNotBeNull();
        var foreign = await other.NextRequestAsync();
        foreach (var header in TraceHeaders)
            foreign.Header(header).ShouldBeNull();
        (await server.NextRequestAsync()).Header("traceparent").ShouldBeNull("another origin chose the path");
    }

    [Fact]
    public async Task Should_be_the_parent_of_the_request_when_requests_are_traced_as_well()
    {
        var requests = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = requests.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var spans = new Spans("parent");
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream($"{server.Url}?token=SECRET", o => o with { Name = "parent" }));
        await host.States.UntilAsync(ConnectionState.Connected);
        await host.StopAsync();

        var attempt = (await spans.EndedAsync("mcp_sse.connect")).ShouldHaveSingleItem();
        await Eventually.HoldsAsync(() =>
        {
            var request = requests.Where(r => r.TraceId == attempt.TraceId).ShouldHaveSingleItem();
            request.ParentSpanId.ShouldBe(attempt.SpanId);
            Spans.Text(request).ShouldNotContain("SECRET");
        });
    }

    public void Dispose() => _giver.Dispose();
}
