using McpSseActors.Cli;
using McpSseActors.TestServer.Demo;

namespace McpSseActors.Tests.Cli;

public sealed class CommandsSpec : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Should_handle_each_event_once_when_the_demo_cuts_its_connections()
    {
        (await _run.InvokeAsync("demo", "--events", "60", "--rate", "200", "--json")).ShouldBe(ExitCodes.Ok, _run.Error);

        var ids = _run.OfKind("event").Select(line => int.Parse(line.GetProperty("event_id").GetString()!, null)).ToList();
        ids.Order().ShouldBe(Enumerable.Range(1, 60));
        _run.OfKind("event").Select(line => line.GetProperty("event_type").GetString()).Distinct().ShouldBe(SampleEvents.Types, ignoreOrder: true);
        _run.OfKind("state").ShouldContain(line => line.GetProperty("new_state").GetString() == "BackingOff");
        _run.OfKind("server").ShouldContain(line => line.GetProperty("activity").GetString() == "Resumed");
        var summary = _run.OfKind("summary").ShouldHaveSingleItem();
        summary.GetProperty("passed").GetBoolean().ShouldBeTrue();
        summary.GetProperty("handled").GetInt64().ShouldBe(60);
        summary.GetProperty("connections_cut").GetInt32().ShouldBe(2);
        summary.GetProperty("reconnects").GetInt64().ShouldBeGreaterThanOrEqualTo(2);
        summary.GetProperty("last_event_id").GetString().ShouldBe("60");
        _run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_name_every_fault_and_connect_nowhere_when_listen_is_told_wrong_things()
    {
        (await _run.InvokeAsync("listen", "nonsense", "--log-level", "loud")).ShouldBe(ExitCodes.Usage);

        _run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "command line: server_url: not an absolute URL; write it in full, as https://example.com/events",
            "command line: mcp.log_level: unknown MCP log level; "
            + "write one of debug, info, notice, warning, error, critical, alert, emergency, or leave it empty",
        ]);
    }

    [Fact]
    public async Task Should_sum_up_what_was_sent_when_an_endless_demo_is_interrupted()
    {
        var demo = _run.InvokeAsync("demo", "--forever", "--rate", "100");
        await _run.LineAsync("#50 ");
        _run.PressCtrlC();

        (await demo).ShouldBe(ExitCodes.Ok, _run.Out);
        _run.Out.ShouldContain("each exactly once");
    }

    [Fact]
    public async Task Should_end_quietly_when_nobody_reads_the_output_any_more()
    {
        var demo = _run.InvokeAsync("demo", "--forever", "--rate", "100");
        await _run.LineAsync("#5 ");
        _run.Break();

        (await demo).ShouldBe(ExitCodes.Ok);
        _run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_fail_within_its_timeout_when_no_server_answers()
    {
        (await _run.InvokeAsync("test", "reconnect", "--url", "http://127.0.0.1:1/", "--timeout", "1")).ShouldBe(ExitCodes.Failed);

        _run.Out.ShouldContain("✗ connected: not within 1.00 s");
    }

    [Theory]
    [InlineData("test --listen 0")]
    [InlineData("test reconnect")]
    public async Task Should_pass_when_the_server_at_the_url_is_good(string command)
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50, AuthKey = "k" });

        var code = await _run.InvokeAsync([.. command.Split(' '), "--url", server.Url.AbsoluteUri, "--auth-key", "k", "--events", "3"]);

        code.ShouldBe(ExitCodes.Ok, _run.Out + _run.Error);
    }

    [Theory]
    [InlineData("/events", "bad", "check auth_key")]
    [InlineData("/", "k", "text/plain instead of text/event-stream; check server_url")]
    [InlineData("/nope", "k", "404")]
    public async Task Should_end_with_the_reason_when_the_only_stream_fails_for_good(string path, string key, string reason)
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { AuthKey = "k" });
        _run.WriteConfig(new Uri(server.Url, path).AbsoluteUri, $"auth_key = \"{key}\"");

        (await _run.InvokeAsync("run")).ShouldBe(ExitCodes.Failed);

        _run.Out.ShouldContain("Failed: ");
        _run.Out.ShouldContain(reason);
        (_run.Out + _run.Error).ShouldNotContain("\"bad\"");
    }

    [Fact]
    public async Task Should_end_when_the_server_stays_unreachable()
    {
        _run.WriteConfig("http://127.0.0.1:1/", "max_reconnect_attempts = 1\ninitial_reconnect_delay = 0.05");

        (await _run.InvokeAsync("run", "--json", "--all")).ShouldBe(ExitCodes.Failed);

        _run.OfKind("state").Last().GetProperty("new_state").GetString().ShouldBe("Failed");
        _run.OfKind("stats").ShouldHaveSingleItem().GetProperty("total_reconnect_attempts").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Should_print_final_statistics_when_a_run_is_interrupted()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50 });
        _run.WriteConfig(server.Url.AbsoluteUri);
        var run = _run.InvokeAsync("run", "--json", "--all");
        await _run.LineAsync("\"kind\":\"event\"");
        _run.PressCtrlC();

        (await run).ShouldBe(ExitCodes.Ok, _run.Error);

        var stats = _run.OfKind("stats").ShouldHaveSingleItem();
        stats.GetProperty("state").GetString().ShouldBe("Stopped");
        stats.GetProperty("dispatched").GetInt64().ShouldBe(_run.OfKind("event").Count());
        _run.Json.Last().GetProperty("kind").GetString().ShouldBe("stats");
    }

    [Fact]
    public async Task Should_log_with_the_library_s_sources_when_everything_is_logged()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50 });
        _run.WriteConfig(server.Url.AbsoluteUri);
        var run = _run.InvokeAsync("run", "--verbose");
        await _run.LineAsync("#");
        _run.PressCtrlC();
        await run;

        foreach (var source in new[] { "mcp.manager", "mcp.sse_client", "mcp.event_handler" })
            _run.Error.ShouldContain($"[INF] {source}: ");
        _run.Out.ShouldNotContain("[INF]");
    }

    [Fact]
    public async Task Should_print_each_event_and_state_change_once_when_events_are_logged()
    {
        await using var server = new ScriptedServer(
            Script.SendsAndEnds("id: 1\nevent: chat\ndata: hello\n\n"),
            exchange => exchange.AnswerAsync("404 Not Found"));
        _run.WriteConfig(server.Url.AbsoluteUri, "initial_reconnect_delay = 0.01\nenable_event_logging = true");

        (await _run.InvokeAsync("run")).ShouldBe(ExitCodes.Failed);

        var lines = (_run.Out + _run.Error).Split('\n');
        foreach (var told in new[] { "hello", "the server accepted", "the server ended the stream" })
            lines.Count(line => line.Contains(told, StringComparison.Ordinal)).ShouldBe(1, told);
        _run.Error.ShouldNotContain("mcp.sse_client");
        _run.Error.ShouldNotContain("mcp.event_handler");
        _run.Error.ShouldContain("mcp.manager: ");
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run --verbose")]
    public async Task Should_do_nothing_to_the_terminal_when_a_server_writes_control_characters(string command)
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync("id: \e[2J\nevent: \e]0;owned\a\u0085\ndata: \e[31mred\ndata: 00:00:00.000 [ERR] forged line\n\n");
            await exchange.StayAsync();
        });
        _run.WriteConfig(server.Url.AbsoluteUri);
        var run = _run.InvokeAsync(command.Split(' '));
        await _run.LineAsync("owned");
        _run.PressCtrlC();
        await run;

        (_run.Out + _run.Error).ShouldNotContain('\e');
        (_run.Out + _run.Error).Split('\n').ShouldNotContain(line => line.StartsWith("00:00:00.000 [ERR] forged", StringComparison.Ordinal));
        _run.Error.Contains("mcp.event_handler: Event", StringComparison.Ordinal).ShouldBe(command.Contains("verbose", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_say_so_and_end_when_nothing_is_enabled()
    {
        _run.Write("mcp-sse.toml", "[mcp_sse]\nenable = false\n");

        (await _run.InvokeAsync("run")).ShouldBe(ExitCodes.Ok);

        _run.Out.ShouldContain("Nothing to do: no stream is enabled.");
    }

    [Fact]
    public async Task Should_tell_where_it_listens_when_it_serves()
    {
        var serve = _run.InvokeAsync("serve", "--json", "--auth-key", "k");
        var line = await _run.LineAsync("listening");
        using var http = new HttpClient();
        using var answer = await http.GetAsync(JsonDocument.Parse(line).RootElement.GetProperty("url").GetString());
        _run.PressCtrlC();

        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        (await serve).ShouldBe(ExitCodes.Ok);
        _run.OfKind("server").ShouldHaveSingleItem().GetProperty("activity").GetString().ShouldBe("Unauthorized");
    }

    [Fact]
    public async Task Should_be_an_mcp_server_with_events_when_it_serves_mcp()
    {
        var serve = _run.InvokeAsync("serve", "--mcp", "--rate", "100", "--drop-every", "1");
        var line = await _run.LineAsync("listening on ");
        using (var caller = new Demo.EventsCaller(new Uri(line.Split(' ')[^1].Trim())))
        {
            var stream = await caller.StreamAsync("events/stream", "\"name\":\"incident.created\",\"arguments\":{},\"cursor\":null");
            await stream.NextAsync("notifications/events/active");
            await stream.NextAsync("notifications/events/event");
            await stream.BreakAsync();
        }

        await _run.LineAsync("stream 1 cut");
        _run.PressCtrlC();
        (await serve).ShouldBe(ExitCodes.Ok);
        _run.Out.ShouldContain("incident.created  An incident was opened.");
    }

    [Fact]
    public async Task Should_explain_when_the_port_is_taken()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions());

        (await _run.InvokeAsync("serve", "--port", $"{server.Url.Port}")).ShouldBe(ExitCodes.Failed);

        _run.Error.ShouldContain("--port");
    }
}
