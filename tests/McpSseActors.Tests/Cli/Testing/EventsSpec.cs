using McpSseActors.TestServer.Demo;

namespace McpSseActors.Tests.Cli.Testing;

/// <summary>Diagnoses of what a stream says, and of whether it resumes.</summary>
public sealed class EventsSpec : DiagnosisSpec
{
    [Fact]
    public async Task Should_hold_in_every_step_when_the_server_is_good()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50, AuthKey = "key", Retry = TimeSpan.FromSeconds(2) });

        await ShouldHoldAsync(TestAsync(server.Url.AbsoluteUri, "--auth-key", "key", "--events", "3"));

        ShouldBe("transport", "pass", "plain SSE");
        ShouldBe("first event", "pass", "");
        ShouldBe("IDs", "pass", "rising");
        ShouldBe("retry hint", "pass", "2.0 s, the least delay");
        ShouldBe("resume", "pass", "replayed: after #");
        Run.OfKind("step").ShouldNotContain(step => step.GetProperty("verdict").GetString() == "warn" || step.GetProperty("verdict").GetString() == "fail");
    }

    [Fact]
    public async Task Should_fail_when_no_event_comes_in_time()
    {
        await using var server = Sending(": hello\n\n");

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri, "--timeout", "1"));

        ShouldBe("first byte", "pass", "after the headers");
        ShouldBe("first event", "fail", "no event within", "wait longer with --timeout");
        ShouldBe("IDs", "skip", "no events");
        ShouldBe("resume", "skip", "not tried");
    }

    [Fact]
    public async Task Should_fail_when_fewer_events_come_than_wanted()
    {
        await using var server = Sending(Events("1", "2"));

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri, "--timeout", "1", "--events", "3"));

        ShouldBe("first event", "fail", "2 of 3 events within");
    }

    [Fact]
    public async Task Should_measure_heartbeats_when_there_are_some()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync(Events("1", "2"));
            await BeatAsync(exchange);
        });

        await ShouldHoldAsync(TestAsync(server.Url.AbsoluteUri, "--listen", "20"));

        ShouldBe("heartbeat", "pass", "(3 heard)");
    }

    [Fact]
    public async Task Should_fail_when_heartbeats_come_too_late_for_read_timeout()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync(Events("1", "2"));
            await BeatAsync(exchange);
        });
        Run.WriteConfig(server.Url.AbsoluteUri, "read_timeout = 0.01");

        await ShouldFailAsync(Run.InvokeAsync("test", "--json", "--config", "mcp-sse.toml", "--listen", "20"));

        ShouldBe("heartbeat", "fail", "every ", "raise read_timeout above it");
    }

    [Theory]
    [InlineData("1,2,3", "pass", "#1 to #3, rising")]
    [InlineData("a-8,a-9,a-10", "pass", "#a-8 to #a-10, rising")]
    [InlineData("99999999999999999999999,100000000000000000000000", "pass", "rising")]
    [InlineData("b7,x,b6", "pass", "different from the one before")]
    [InlineData("3,5,4", "warn", "#4 came after #5")]
    [InlineData("a-10,a-9", "warn", "#a-9 came after #a-10")]
    [InlineData("7,7", "warn", "#7 came twice in a row")]
    public async Task Should_judge_IDs_by_their_order(string ids, string verdict, string detail)
    {
        await using var server = Sending(Events(ids.Split(',')));

        await ShouldHoldAsync(TestAsync(server.Url.AbsoluteUri, "--timeout", "2", "--events", $"{ids.Split(',').Length}"));

        ShouldBe("IDs", verdict, detail);
    }

    [Fact]
    public async Task Should_warn_when_events_have_no_IDs()
    {
        await using var server = Sending("data: {}\n\n");

        await ShouldHoldAsync(TestAsync(server.Url.AbsoluteUri));

        ShouldBe("IDs", "warn", "no event has one", "send an id: line");
        ShouldBe("resume", "skip", "no IDs to resume after");
    }

    [Theory]
    [InlineData("3,4", "pass", "replayed: after #2 came #3")]
    [InlineData("1,2,3", "warn", "from the beginning: after #2 came #1 again")]
    [InlineData("9", "warn", "ignored: after #2 came #9, and not #3")]
    public async Task Should_judge_a_resume_by_what_comes_first(string again, string verdict, string detail)
    {
        await using var server = new ScriptedServer(Sends(Events("1", "2", "3")), Sends(Events(again.Split(','))));

        await ShouldHoldAsync(TestAsync(server.Url.AbsoluteUri, "--events", "3"));

        ShouldBe("resume", verdict, detail);
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("2");
    }

    [Fact]
    public async Task Should_say_that_a_resume_is_ignored_when_nothing_is_replayed()
    {
        await using var server = new ScriptedServer(Sends(Events("1", "2")), Sends(": silent\n\n"));

        await ShouldHoldAsync(TestAsync(server.Url.AbsoluteUri, "--timeout", "2", "--events", "2"));

        ShouldBe("resume", "warn", "ignored: nothing came within", "replay those after Last-Event-ID");
    }

    [Fact]
    public async Task Should_fail_when_the_server_refuses_to_resume()
    {
        await using var server = new ScriptedServer(Sends(Events("1", "2")), Answers("409 Conflict"));

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri, "--events", "2"));

        ShouldBe("resume", "fail", "the second connection failed: the server answered 409 Conflict");
    }

    [Fact]
    public async Task Should_warn_when_the_server_ends_the_stream()
    {
        await using var server = new ScriptedServer(Script.SendsAndEnds(Events("1", "2")));

        await ShouldHoldAsync(TestAsync(server.Url.AbsoluteUri, "--listen", "5"));

        ShouldBe("first event", "pass", "tick, of 2 events before the server ended the stream");
        ShouldBe("heartbeat", "warn", "the server ended the stream after", "a stream stays open");
    }

    [Fact]
    public async Task Should_tell_of_each_stream_when_a_file_has_several()
    {
        await using var good = Sending(Events("1", "2"));
        await using var bad = new ScriptedServer(Answers("410 Gone"));
        Run.Write("mcp-sse.toml", $"[mcp_sse]\nenable = true\n[mcp_sse.servers.good]\nserver_url = \"{good.Url}\"\n[mcp_sse.servers.bad]\nserver_url = \"{bad.Url}\"\n[mcp_sse.servers.off]\nenable = false\n");

        await ShouldFailAsync(Run.InvokeAsync("test", "--json", "--config", "mcp-sse.toml", "--listen", "0"));

        Run.OfKind("step").Select(step => step.GetProperty("stream").GetString()).Distinct().ShouldBe(["good", "bad"], ignoreOrder: true);
        Run.OfKind("summary").ShouldHaveSingleItem().GetProperty("verdict").GetString().ShouldBe("fails at HTTP of bad");
    }

    [Fact]
    public async Task Should_tell_what_is_known_when_it_is_interrupted()
    {
        await using var server = Sending(Events("1", "2"));
        var test = Run.InvokeAsync("test", "--url", server.Url.AbsoluteUri, "--listen", "25");
        await Run.LineAsync(" s for heartbeats");
        Run.PressCtrlC();

        await ShouldHoldAsync(test);

        Run.Out.ShouldContain("✓ IDs");
        Run.Out.ShouldContain("- resume                 interrupted");
        Run.Out.ShouldContain("✓ interrupted; ");
        Run.Error.ShouldBeEmpty();
    }

    // As often as the test allows; the client says what the interval was.
    private static async Task BeatAsync(Exchange exchange)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await pace.WaitForNextTickAsync(exchange.Stopped))
                await exchange.WriteAsync(":\n\n");
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The client has hung up, or the server stops.
        }
    }
}
