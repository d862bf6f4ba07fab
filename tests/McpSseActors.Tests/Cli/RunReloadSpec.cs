using McpSseActors.Cli;

namespace McpSseActors.Tests.Cli;

/// <summary>An operator edits the file of <c>mcp-sse run</c>.</summary>
public sealed class RunReloadSpec : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Should_show_more_of_the_log_and_other_events_when_the_file_is_edited()
    {
        await using var server = new ScriptedServer(SendAllTheTimeAsync);
        _run.WriteConfig(server.Url.AbsoluteUri, "subscribed_events = [\"a\"]\n[log]\nconsole_log_level = \"WARNING\"");
        var run = _run.InvokeAsync("run");
        await _run.LineAsync("the a");
        _run.Error.ShouldBeEmpty();

        _run.WriteConfig(server.Url.AbsoluteUri, "subscribed_events = [\"b\"]\n[log]\nconsole_log_level = \"DEBUG\"");
        await _run.LineAsync("the b");
        await Eventually.HoldsAsync(() =>
        {
            _run.Error.ShouldContain("[DBG] mcp.event_handler: Event b data: the b");
            _run.Error.ShouldContain("mcp-sse.toml: 127.0.0.1: subscribed_events; log: console_log_level");
        });
        _run.PressCtrlC();

        (await run).ShouldBe(ExitCodes.Ok, _run.Error);
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_go_on_when_the_only_stream_gives_way_to_another_and_end_when_none_is_left()
    {
        await using var server = new ScriptedServer(SendAllTheTimeAsync);
        _run.WriteConfig(server.Url.AbsoluteUri, "name = \"one\"");
        var run = _run.InvokeAsync("run", "--json", "--all");
        await _run.LineAsync("\"stream\":\"one\"");

        _run.WriteConfig(server.Url.AbsoluteUri, "name = \"other\"");
        await _run.LineAsync("\"stream\":\"other\"");
        await _run.LineAsync("\"reason\":\"removed\"");
        run.IsCompleted.ShouldBeFalse();
        _run.Write("mcp-sse.toml", "[mcp_sse]\nname = \"other\"\n");

        (await Within.LimitAsync(run)).ShouldBe(ExitCodes.Ok, _run.Error);
        _run.OfKind("stats").ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("Disabled");
    }

    [Fact]
    public async Task Should_name_the_fault_and_go_on_when_the_file_is_edited_wrong()
    {
        await using var server = new ScriptedServer(SendAllTheTimeAsync);
        _run.WriteConfig(server.Url.AbsoluteUri);
        var run = _run.InvokeAsync("run");
        await _run.LineAsync("the a");

        _run.WriteConfig(server.Url.AbsoluteUri, "jitter = 2");
        await Eventually.HoldsAsync(() => Task.FromResult(
            _run.Error.Contains("mcp_sse.jitter: 2 is out of range", StringComparison.Ordinal) ? 0 : throw new ShouldAssertException(_run.Error)));
        _run.PressCtrlC();

        (await run).ShouldBe(ExitCodes.Ok, _run.Error);
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_say_that_changes_are_applied_when_help_is_asked_for()
    {
        await _run.InvokeAsync("run", "--help");

        string.Join(' ', _run.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ShouldContain("Applies changes of the file while it runs.");
    }

    // The client decides which of them it shows.
    private static async Task SendAllTheTimeAsync(Exchange exchange)
    {
        try
        {
            await exchange.OpenAsync();
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (await pace.WaitForNextTickAsync(exchange.Stopped))
                await exchange.WriteAsync("event: a\ndata: the a\n\nevent: b\ndata: the b\n\n");
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The client has hung up, or the server stops.
        }
    }
}
