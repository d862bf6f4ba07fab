using System.Diagnostics;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Connection;
using McpSseActors.Connections;
using McpSseActors.Sse;
using McpSseActors.Tests.Actors;

namespace McpSseActors.Tests.Telemetry;

/// <summary>Each connection attempt is a span, however it ends.</summary>
public sealed class AttemptSpanSpec : TestKit
{
    private const string Connect = "mcp_sse.connect";

    private readonly FakeNetwork _network = new();

    public AttemptSpanSpec()
        : base(TestSystem.Config)
    {
    }

    [Fact]
    public async Task Should_tell_of_each_attempt_when_the_server_refuses_cuts_and_ends()
    {
        using var spans = new Spans("span-attempts");
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("503 Service Unavailable"),
            Script.SendsAndResets("data: x\n\n"),
            exchange => exchange.OpenAsync(),
            exchange => exchange.AnswerAsync("204 No Content"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream($"{server.Url}?token=hidden", o => Streams.Quick(o) with { Name = "span-attempts" }));
        await host.States.UntilAsync(ConnectionState.Stopped);

        var ended = await spans.EndedAsync(Connect, 4);

        ended.Select(s => s.GetTagItem("mcp_sse.outcome")).ShouldBe(["rejected", "lost", "ended", "rejected"]);
        ended.Select(s => s.GetTagItem("http.response.status_code")).ShouldBe([503, 200, 200, 204]);
        ended.Select(s => s.GetTagItem("error.type")).ShouldBe(["503", "lost", null, null]);
        ended.Select(s => s.Status).ShouldBe([ActivityStatusCode.Error, ActivityStatusCode.Error, ActivityStatusCode.Unset, ActivityStatusCode.Unset]);
        ended[0].StatusDescription.ShouldBe("the server answered 503");
        ended[1].StatusDescription.ShouldNotBeNullOrEmpty();
        ended.Select(s => s.Events.Select(e => e.Name).SingleOrDefault()).ShouldBe([null, "connected", "connected", null]);
        ended.Select(s => s.GetTagItem("mcp_sse.epoch")).ShouldBe([1L, 2L, 3L, 4L]);
        foreach (var span in ended)
        {
            span.Kind.ShouldBe(ActivityKind.Client);
            span.Parent.ShouldBeNull();
            span.ParentSpanId.ShouldBe(default);
            span.GetTagItem("url.full").ShouldBe($"{server.Url}?***");
            span.GetTagItem("http.request.method").ShouldBe("GET");
            span.GetTagItem("server.address").ShouldBe("127.0.0.1");
            span.GetTagItem("server.port").ShouldBe(server.Port);
        }

        ended.Select(s => s.TraceId).Distinct().Count().ShouldBe(4, "each attempt has its own trace");
    }

    [Fact]
    public async Task Should_end_the_span_when_the_host_stops()
    {
        using var spans = new Spans("span-stop");
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => o with { Name = "span-stop" }));
        await host.States.UntilAsync(ConnectionState.Connected);
        spans.Named(Connect).ShouldBeEmpty();

        await host.StopAsync();

        var span = spans.Named(Connect).ShouldHaveSingleItem();
        span.GetTagItem("mcp_sse.outcome").ShouldBe("abandoned");
        span.Status.ShouldBe(ActivityStatusCode.Unset);
    }

    [Fact]
    public async Task Should_end_the_span_once_and_as_lost_when_the_connection_crashes()
    {
        using var spans = new Spans("span-crash");
        using var measured = new Measurements("span-crash");
        var connection = await StartAsync("span-crash");
        await _network.RequestAsync();

        // A stop goes before what is told, so it must wait until the crash has happened.
        connection.Tell(new Reconfigure(null!, default));
        await spans.EndedAsync(Connect);
        await connection.GracefulStop(Support.Within.Limit);

        var span = (await spans.EndedAsync(Connect)).ShouldHaveSingleItem();
        span.GetTagItem("mcp_sse.outcome").ShouldBe("lost");
        span.StatusDescription.ShouldNotBeNull().ShouldStartWith("an internal fault");
        measured.Of("mcp_sse.attempts").ShouldHaveSingleItem().Tag("error.type").ShouldBe("lost");
    }

    [Fact]
    public async Task Should_end_the_span_when_the_connection_is_stopped_for_good()
    {
        using var spans = new Spans("span-end");
        var connection = await StartAsync("span-end");
        await _network.RequestAsync();

        Sys.Stop(connection);

        (await spans.EndedAsync(Connect)).ShouldHaveSingleItem().GetTagItem("mcp_sse.outcome").ShouldBe("abandoned");
    }

    [Fact]
    public async Task Should_quote_a_stranger_in_one_short_line_when_he_is_the_reason()
    {
        using var spans = new Spans("span-line");
        await StartAsync("span-line");
        await _network.RequestAsync();

        _network.Answer(new AttemptOutcome.NotSupported("it said\r\n" + new string('x', 10_000)));

        var said = (await spans.EndedAsync(Connect)).ShouldHaveSingleItem().StatusDescription.ShouldNotBeNull();
        said.Length.ShouldBeLessThan(500);
        said.ShouldNotContain('\n');
    }

    private async Task<IActorRef> StartAsync(string stream)
    {
        var options = new StreamOptions { Name = stream, Enabled = true, ServerUrl = "http://127.0.0.1:1/events" };
        var memory = new ConnectionMemory(8) { Url = new Uri(options.ServerUrl), Position = StreamPosition.Start };
        var nobody = CreateTestProbe();
        var connection = await ConnectionOwner.StartAsync(this, stream, nobody, ConnectionActor.Props(
            options, new PipelineSettings(), memory, _network.CreateTransport, nobody, new ReconnectLimiter(100)));
        connection.Tell(new StartStream());
        return connection;
    }
}
