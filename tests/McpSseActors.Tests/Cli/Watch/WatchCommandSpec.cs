using McpSseActors.Cli;
using McpSseActors.TestServer.Demo;

namespace McpSseActors.Tests.Cli.Watch;

/// <summary><c>mcp-sse watch</c> from its arguments to its exit code, on a terminal and without one.</summary>
public sealed class WatchCommandSpec : IDisposable
{
    private readonly FakeScreen _screen = new();
    private readonly CliRun _run;

    public WatchCommandSpec() => _run = new CliRun { OpenScreen = () => _screen };

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Should_show_a_stream_live_and_take_keys_when_it_has_a_terminal()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50 });
        var watch = _run.InvokeAsync("watch", server.Url.AbsoluteUri);

        await _screen.ShowsAsync("● Connected");
        await _screen.ShowsAsync("chat.message");
        _screen.Type("/system.*\r");
        await _screen.ShowsAsync("filter system.*");
        _screen.Press('r');
        await _screen.ShowsAsync("restarting 127.0.0.1");
        await _screen.ShowsAsync("reconnects 1");
        await Eventually.HoldsAsync(() => server.Connections.ShouldBe(2));
        _screen.Press('?');
        await _screen.ShowsAsync("any key leaves this help");
        _screen.Press('?');
        _screen.Resize(200, 50);
        await _screen.ShowsAsync("reason");
        _screen.Press('q');

        (await Within.LimitAsync(watch)).ShouldBe(ExitCodes.Ok);
        _screen.IsGivenBack.ShouldBeTrue();
        _run.Out.ShouldBeEmpty();
        server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task Should_stay_and_let_a_failed_stream_be_started_again_when_no_stream_is_left_running()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("404 Not Found"),
            StayOpenAsync);
        _run.WriteConfig(server.Url.AbsoluteUri);
        var watch = _run.InvokeAsync("watch");

        await _screen.ShowsAsync("✗ Failed");
        await _screen.ShowsAsync("404");
        _screen.Press('r');
        await _screen.ShowsAsync("● Connected");
        _run.PressCtrlC();

        (await Within.LimitAsync(watch)).ShouldBe(ExitCodes.Ok);
        _screen.IsGivenBack.ShouldBeTrue();
    }

    [Fact]
    public async Task Should_count_down_to_the_next_attempt_when_the_server_has_gone()
    {
        _run.WriteConfig("http://127.0.0.1:1/", "initial_reconnect_delay = 30.0\njitter = 0.0");
        var watch = _run.InvokeAsync("watch");

        await _screen.ShowsAsync("attempt 1 in 0:");
        await _screen.ShowsAsync("refused the connection");
        _screen.Press('q');

        (await Within.LimitAsync(watch)).ShouldBe(ExitCodes.Ok);
    }

    [Fact]
    public async Task Should_end_quietly_when_the_terminal_has_gone()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50 });
        var watch = _run.InvokeAsync("watch", server.Url.AbsoluteUri);
        await _screen.ShowsAsync("● Connected");
        _screen.Hangup();

        (await Within.LimitAsync(watch)).ShouldBe(ExitCodes.Ok);
        _run.Error.ShouldNotContain("unexpected");
    }

    [Fact]
    public async Task Should_show_the_streams_of_another_process_when_it_is_attached()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50 });
        using var other = new CliRun();
        other.WriteConfig(server.Url.AbsoluteUri, "name = \"theirs\"");
        var run = other.InvokeAsync("run", "--stats-port", "0");
        var url = (await other.LineAsync("listening on http")).Split(' ')[^1].Trim();
        var watch = _run.InvokeAsync("watch", "--attach", url);

        await _screen.ShowsAsync("▶ theirs");
        await _screen.ShowsAsync("#");
        _screen.Press('r');
        await _screen.ShowsAsync("cannot restart a stream of an attached host");
        other.PressCtrlC();
        (await Within.LimitAsync(run)).ShouldBe(ExitCodes.Ok, other.Error);
        await _screen.ShowsAsync("NO ANSWER");
        await _screen.ShowsAsync("again in ");
        _screen.Press('q');

        (await Within.LimitAsync(watch)).ShouldBe(ExitCodes.Ok);
        server.Connections.ShouldBe(1, "the view does not connect itself");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" --json")]
    public async Task Should_print_lines_when_it_is_attached_without_a_terminal(string more)
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50 });
        using var other = new CliRun();
        other.WriteConfig(server.Url.AbsoluteUri, "name = \"theirs\"");
        var run = other.InvokeAsync("run", "--stats-port", "0");
        var url = (await other.LineAsync("listening on http")).Split(' ')[^1].Trim();
        using var plain = new CliRun();
        var watch = plain.InvokeAsync($"watch --attach {url}{more}".Split(' '));

        await plain.LineAsync("theirs");
        await plain.LineAsync("chat.message");
        plain.PressCtrlC();
        other.PressCtrlC();

        (await Within.LimitAsync(watch)).ShouldBe(ExitCodes.Ok);
        (await Within.LimitAsync(run)).ShouldBe(ExitCodes.Ok);
        var events = plain.Out.Split('\n').Where(line => line.Contains("chat.message", StringComparison.Ordinal)).ToList();
        events.ShouldBe(events.Distinct(), "none twice");
    }

    [Fact]
    public async Task Should_print_lines_as_run_does_when_there_is_no_terminal()
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50 });
        using var plain = new CliRun();
        plain.WriteConfig(server.Url.AbsoluteUri);
        var watch = plain.InvokeAsync("watch");
        await plain.LineAsync("chat.message");
        plain.PressCtrlC();

        (await Within.LimitAsync(watch)).ShouldBe(ExitCodes.Ok, plain.Error);
        plain.Out.ShouldContain("events received");
        plain.Out.ShouldNotContain('\e');
    }

    [Theory]
    [InlineData("watch nonsense", "write an absolute URL")]
    [InlineData("watch --attach localhost:5080", "write an absolute URL")]
    [InlineData("watch http://h/ --attach http://h/", "cannot be combined")]
    [InlineData("watch http://h/ --transport pigeon", "pigeon")]
    [InlineData("watch", "mcp-sse watch --attach URL")]
    [InlineData("run --stats-port 70000", "--stats-port 70000: write a port")]
    public async Task Should_teach_in_a_line_when_the_usage_is_wrong(string line, string lesson)
    {
        (await _run.InvokeAsync(line.Split(' '))).ShouldBe(ExitCodes.Usage);

        _run.Error.ShouldStartWith("mcp-sse: ");
        _run.Error.ShouldContain(lesson);
    }

    [Fact]
    public async Task Should_explain_its_keys_when_it_is_asked_for_help()
    {
        (await _run.InvokeAsync("watch", "--help")).ShouldBe(ExitCodes.Ok);

        _run.Out.ShouldContain("Keys:");
        _run.Out.ShouldContain("PgUp PgDn");
        _run.Out.ShouldContain("  mcp-sse watch --config my.toml");
    }
}
