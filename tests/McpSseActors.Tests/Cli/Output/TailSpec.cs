using McpSseActors.Cli;
using McpSseActors.TestServer.Demo;

namespace McpSseActors.Tests.Cli.Output;

/// <summary>What <c>run</c> and <c>listen</c> print, and when they end.</summary>
public sealed class TailSpec : IDisposable
{
    private static readonly DemoServerOptions Fast = new() { Rate = 200, ReplayToNewClients = true, WaitForClient = true };

    private readonly EarlyHours _hours = new();
    private readonly CliRun _run;

    public TailSpec() => _run = new CliRun { Time = _hours };

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Should_print_nothing_but_wanted_events_and_end_when_there_are_enough()
    {
        await using var server = await DemoServer.StartAsync(Fast);
        _run.WriteConfig(server.Url.AbsoluteUri);

        (await _run.InvokeAsync("run", "--format", "json", "--filter", "chat.*", "--filter", "system.status", "--count", "7"))
            .ShouldBe(ExitCodes.Ok, _run.Error);

        var lines = _run.Json.ToList();
        lines.Count.ShouldBe(7);
        lines.ShouldAllBe(line => line.GetProperty("kind").GetString() == "event");
        lines.Select(line => line.GetProperty("event_type").GetString()).ShouldAllBe(type => type == "system.status" || type!.StartsWith("chat."));
        _run.Error.ShouldContain("Connected: the server accepted");
        _run.Error.ShouldContain("events received: ");
        _run.Error.ShouldNotContain("mcp.event_handler");
    }

    [Fact]
    public async Task Should_name_the_stream_of_each_event_when_there_are_several()
    {
        await using var server = Sending("id: 1\nevent: a\ndata: one\n\n");
        _run.Write("mcp-sse.toml", $"[mcp_sse]\nenable = true\nserver_url = \"{server.Url}\"\n[mcp_sse.servers.chat]\n[mcp_sse.servers.monitor]\n");

        (await _run.InvokeAsync("run", "--count", "2")).ShouldBe(ExitCodes.Ok, _run.Error);

        string[] events = [.. _run.Out.Split('\n').Where(line => line.EndsWith("message=one", StringComparison.Ordinal))
            .Select(line => line[12..]).Order(StringComparer.Ordinal)];
        events.ShouldBe(["  chat     a                    #1    message=one", "  monitor  a                    #1    message=one"]);
    }

    [Fact]
    public async Task Should_not_name_the_stream_when_there_is_only_one()
    {
        await using var server = Sending("id: 1\nevent: a\ndata: one\n\n");
        _run.WriteConfig(server.Url.AbsoluteUri);

        (await _run.InvokeAsync("run", "--count", "1")).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.Out.Split('\n').Single(line => line.EndsWith("message=one", StringComparison.Ordinal))[12..].ShouldBe("  a                    #1    message=one");
    }

    [Fact]
    public async Task Should_print_the_data_as_it_came_when_raw_is_wanted()
    {
        await using var server = Sending("data: {\"b\": 1,  \"a\":\"\\u00e9\"}\n\ndata: two\ndata: lines\n\n");
        _run.WriteConfig(server.Url.AbsoluteUri);

        (await _run.InvokeAsync("run", "--format", "raw", "--count", "2")).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.Out.ShouldBe("{\"b\": 1,  \"a\":\"\\u00e9\"}\ntwo\nlines\n");
    }

    [Fact]
    public async Task Should_leave_out_what_happened_before_when_a_time_is_given()
    {
        await using var server = Sending("""
            data: {"n":1,"timestamp":"2001-02-03T04:05:06Z"}

            data: {"n":2,"time":1000000000}

            data: {"n":3,"ts":4102444800000}

            data: {"n":4}


            """);
        _run.WriteConfig(server.Url.AbsoluteUri);

        (await _run.InvokeAsync("run", "--json", "--since", "5m", "--count", "2")).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.Json.Select(line => line.GetProperty("data").GetProperty("n").GetInt32()).ShouldBe([3, 4]);
    }

    [Fact]
    public async Task Should_ask_for_what_came_after_when_an_id_is_given()
    {
        await using var server = Sending("id: 8\ndata: next\n\n");
        _run.WriteConfig(server.Url.AbsoluteUri);

        (await _run.InvokeAsync("run", "--since-id", "7", "--count", "1")).ShouldBe(ExitCodes.Ok, _run.Error);

        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("7");
    }

    [Fact]
    public async Task Should_end_with_what_there_is_when_the_time_is_up()
    {
        await using var server = await DemoServer.StartAsync(Fast with { Events = 3 });
        _run.WriteConfig(server.Url.AbsoluteUri);

        var run = _run.InvokeAsync("run", "--json", "--all", "--duration", "1h");
        await _run.LineAsync("\"event_id\":\"3\"");
        _hours.Pass();
        (await Within.LimitAsync(run)).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.OfKind("event").Count().ShouldBe(3);
        _run.OfKind("stats").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Should_fail_when_the_time_is_up_before_there_are_enough()
    {
        await using var server = Sending("data: one\n\n");
        _run.WriteConfig(server.Url.AbsoluteUri);

        var run = _run.InvokeAsync("run", "--format", "raw", "--count", "2", "--duration", "1h");
        await _run.LineAsync("one");
        _hours.Pass();
        (await Within.LimitAsync(run)).ShouldBe(ExitCodes.Failed);

        _run.Error.TrimEnd().ShouldEndWith("mcp-sse: only 1 of 2 events arrived.");
    }

    [Fact]
    public async Task Should_write_the_events_to_a_file_when_one_is_named()
    {
        await using var server = await DemoServer.StartAsync(Fast);
        _run.WriteConfig(server.Url.AbsoluteUri);

        (await _run.InvokeAsync("run", "--json", "--output", "e.jsonl", "--count", "5")).ShouldBe(ExitCodes.Ok, _run.Error);
        (await _run.InvokeAsync("run", "--json", "--output", "e.jsonl", "--append", "--count", "2")).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.Out.ShouldBeEmpty();
        ReadLines("e.jsonl").Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event_id").GetString())
            .ShouldBe(["1", "2", "3", "4", "5", "1", "2"]);
    }

    [Fact]
    public async Task Should_connect_nowhere_when_the_file_is_there_already()
    {
        await using var server = await DemoServer.StartAsync(Fast);
        _run.WriteConfig(server.Url.AbsoluteUri);
        _run.Write("e.jsonl", "mine\n");

        (await _run.InvokeAsync("run", "--output", "e.jsonl")).ShouldBe(ExitCodes.Usage);

        _run.Error.ShouldBe("mcp-sse: e.jsonl already exists; append to it with --append, or overwrite it with --force.\n");
        ReadLines("e.jsonl").ShouldBe(["mine"]);
        server.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Should_end_by_itself_with_one_line_when_the_disk_is_full()
    {
        await using var server = await DemoServer.StartAsync(Fast);
        // A stream that has not connected before the first write is worth a warning.
        _run.WriteConfig(server.Url.AbsoluteUri, "[log]\nconsole_log_level = \"ERROR\"");

        (await _run.InvokeAsync("run", "--output", "/dev/full", "--force", "--json", "--all")).ShouldBe(ExitCodes.Failed);

        _run.Error.ShouldStartWith("mcp-sse: can no longer write to /dev/full; it has 0 complete lines: No space left on device");
        _run.Error.TrimEnd().Split('\n').Length.ShouldBe(1);
    }

    [Fact]
    public async Task Should_tell_nobody_of_statistics_when_the_reader_has_gone()
    {
        await using var server = await DemoServer.StartAsync(Fast);
        _run.WriteConfig(server.Url.AbsoluteUri, "[log]\nconsole_log_level = \"WARNING\"");
        var run = _run.InvokeAsync("run", "--format", "raw");
        await _run.LineAsync("user");
        _run.Break();

        (await run).ShouldBe(ExitCodes.Ok);
        _run.Error.ShouldNotContain("events received");
    }

    [Fact]
    public async Task Should_end_without_another_event_when_the_reader_has_gone()
    {
        await using var server = Sending("data: the only one\n\n");
        _run.WriteConfig(server.Url.AbsoluteUri);
        var run = _run.InvokeAsync("run", "--format", "raw");
        await _run.LineAsync("the only one");
        _run.LeaveQuietly();

        (await Within.LimitAsync(run)).ShouldBe(ExitCodes.Ok);
    }

    [Theory]
    [InlineData("run --since yesterday", "--since yesterday: write a time of today (10:15), a date and time (2026-02-03T10:15), or how long ago (5m).")]
    [InlineData("run --duration 5x", "--duration 5x: write a number and its unit, as 500ms, 30s, 5m, 2h or 1d.")]
    [InlineData("run --duration 0s", "--duration 0s: write")]
    [InlineData("run --count 0", "--count 0: write 1 or more.")]
    [InlineData("run --format xml", "'xml' not recognized")]
    [InlineData("run --json --format raw", "--json and --format raw cannot be combined")]
    [InlineData("run --all", "--all requires --format json.")]
    [InlineData("run --append", "require --output FILE.")]
    [InlineData("run --output a --append --force", "--append and --force cannot be combined")]
    [InlineData("listen http://127.0.0.1:1/ --since-id 4", "--since-id: only a plain event stream or MCP events can start after an event; this one has transport auto.")]
    public async Task Should_say_what_would_be_right_when_an_option_is_wrong(string line, string said)
    {
        (await _run.InvokeAsync(line.Split(' '))).ShouldBe(ExitCodes.Usage);

        _run.Error.ShouldContain(said);
        _run.Out.ShouldBeEmpty();
    }

    private string[] ReadLines(string name) => File.ReadAllLines(Path.Combine(_run.Directory, name));

    private static ScriptedServer Sending(string events) => new(Script.Sends(events));
}
