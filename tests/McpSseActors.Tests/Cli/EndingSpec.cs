using System.Diagnostics;
using McpSseActors.Cli;
using McpSseActors.TestServer.Demo;

namespace McpSseActors.Tests.Cli;

/// <summary>When the commands that run streams end, with which exit code, and what they report then.</summary>
public sealed class EndingSpec : IDisposable
{
    // In place of Ctrl-C, which a command that never ends would wait for.
    private static readonly TimeSpan Patience = Within.Limit;

    private readonly EarlyHours _hours = new();
    private readonly CliRun _run;

    public EndingSpec() => _run = new CliRun { Time = _hours };

    public static TheoryData<string, string, int> Endings()
    {
        string[] commands = ["run", "watch", "listen URL --transport sse", "listen URL", "watch URL",
            "record URL --output a.rec", "record --config mcp-sse.toml --output a.rec"];
        (string Answer, int Code)[] answers = [("404 Not Found", ExitCodes.Failed), ("204 No Content", ExitCodes.Ok),
            ("401 Unauthorized", ExitCodes.Failed), ("200 OK", ExitCodes.Failed), ("202 Accepted", ExitCodes.Failed)];
        var endings = new TheoryData<string, string, int>();
        foreach (var command in commands)
        {
            foreach (var (answer, code) in answers)
                endings.Add(command, answer, code);
        }

        return endings;
    }

    public void Dispose() => _run.Dispose();

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Should_end_with_the_same_exit_code_when_the_stream_is_over(string command, string answer, int code)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(answer, "Content-Type: text/html\r\n"));
        _run.WriteConfig(server.Url.AbsoluteUri);

        (await InvokeAsync(command, server.Url)).ShouldBe(code, _run.Out + _run.Error);

        (_run.Out + _run.Error).ShouldContain(code == ExitCodes.Ok ? "Stopped: " : "Failed: ");
    }

    [Theory]
    [InlineData("run --count 2")]
    [InlineData("listen URL --transport sse --count 2")]
    [InlineData("record URL --output a.rec --count 2")]
    public async Task Should_fail_when_the_stream_is_over_before_there_are_enough_events(string command)
    {
        await using var server = new ScriptedServer(
            Script.SendsAndEnds("retry: 1\nid: 1\ndata: one\n\n"),
            exchange => exchange.AnswerAsync("204 No Content"));
        _run.WriteConfig(server.Url.AbsoluteUri);

        (await InvokeAsync(command, server.Url)).ShouldBe(ExitCodes.Failed, _run.Out + _run.Error);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("listen URL --transport sse")]
    [InlineData("record URL --output a.rec")]
    public async Task Should_connect_no_more_when_the_time_is_up_before_the_start(string command)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable"));
        _run.WriteConfig(server.Url.AbsoluteUri, "initial_reconnect_delay = 0.05");

        (await InvokeAsync($"{command} --duration 1ms", server.Url)).ShouldBe(ExitCodes.Ok, _run.Out + _run.Error);

        server.Connections.ShouldBeLessThanOrEqualTo(1);
        _run.Out.ShouldContain(": Stopped: stopped");
    }

    [Fact]
    public async Task Should_not_start_when_the_end_is_asked_for_before()
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("503 Service Unavailable"));
        _run.PressCtrlC();

        (await _run.InvokeAsync("listen", server.Url.AbsoluteUri)).ShouldBe(ExitCodes.Ok, _run.Error);

        server.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Should_report_what_was_printed_and_go_on_without_a_hole_when_there_are_enough()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 5000, ReplayToNewClients = true, WaitForClient = true });
        var url = server.Url.AbsoluteUri;
        string[] listen = ["listen", url, "--transport", "sse", "--format", "json", "--all"];

        (await _run.InvokeAsync([.. listen, "--count", "100"])).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.OfKind("event").Count().ShouldBe(100);
        var stats = _run.OfKind("stats").ShouldHaveSingleItem();
        stats.GetProperty("last_event_id").GetString().ShouldBe("100");
        stats.GetProperty("total_events_received").GetInt64().ShouldBe(100);
        stats.GetProperty("dispatched").GetInt64().ShouldBe(100);
        stats.GetProperty("events_by_type").EnumerateObject().Sum(type => type.Value.GetInt64()).ShouldBe(100);

        using var next = new CliRun();
        (await next.InvokeAsync([.. listen, "--count", "1", "--since-id", "100"])).ShouldBe(ExitCodes.Ok, next.Error);
        next.OfKind("event").ShouldHaveSingleItem().GetProperty("event_id").GetString().ShouldBe("101");
    }

    [Fact]
    public async Task Should_report_what_was_printed_when_the_time_is_up()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 5000, ReplayToNewClients = true, WaitForClient = true });

        var listen = _run.InvokeAsync("listen", server.Url.AbsoluteUri, "--transport", "sse", "--format", "json", "--all", "--duration", "1h");
        await _run.LineAsync("\"event_id\":\"1000\"");
        _hours.Pass();
        (await Within.LimitAsync(listen)).ShouldBe(ExitCodes.Ok, _run.Error);

        var stats = _run.OfKind("stats").ShouldHaveSingleItem();
        stats.GetProperty("total_events_received").GetInt64().ShouldBe(_run.OfKind("event").Count());
        stats.GetProperty("last_event_id").GetString().ShouldBe(_run.OfKind("event").Last().GetProperty("event_id").GetString());
    }

    [Fact]
    public async Task Should_report_the_id_it_began_after_when_nothing_was_printed()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 5000, ReplayToNewClients = true, WaitForClient = true });

        (await _run.InvokeAsync("listen", server.Url.AbsoluteUri, "--transport", "sse", "--format", "json", "--all", "--duration", "1ms", "--since-id", "7"))
            .ShouldBe(ExitCodes.Ok, _run.Error);

        _run.OfKind("event").ShouldBeEmpty();
        _run.OfKind("stats").ShouldHaveSingleItem().GetProperty("last_event_id").GetString().ShouldBe("7");
    }

    [Theory]
    [InlineData("replay a.pipe")]
    [InlineData("serve --from a.pipe")]
    [InlineData("check a.pipe")]
    [InlineData("run a.pipe")]
    [InlineData("watch --config a.pipe")]
    [InlineData("test --config a.pipe")]
    [InlineData("record a.pipe --output a.rec")]
    public async Task Should_end_when_it_waits_for_a_pipe_that_nobody_writes_to(string command)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var made = Process.Start("mkfifo", Path.Combine(_run.Directory, "a.pipe"));
        await made.WaitForExitAsync();
        var running = InvokeAsync(command, new Uri("http://localhost/"));

        _run.PressCtrlC();

        (await running).ShouldBe(ExitCodes.Ok, _run.Error);
    }

    private Task<int> InvokeAsync(string command, Uri url) =>
        _run.InvokeAsync([.. command.Replace("URL", url.AbsoluteUri, StringComparison.Ordinal).Split(' ')]).WaitAsync(Patience);
}
