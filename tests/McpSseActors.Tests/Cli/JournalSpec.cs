namespace McpSseActors.Tests.Cli;

/// <summary><c>run</c> as a service: both outputs go to one journal, and event logging is on.</summary>
public sealed class JournalSpec
{
    [Theory]
    [InlineData("pretty")]
    [InlineData("json")]
    public async Task Should_tell_nothing_twice(string format)
    {
        await using var server = new ScriptedServer(
            Script.SendsAndEnds("retry: 10\nid: 1\nevent: one\ndata: {\"text\":\"first-event\"}\n\n"),
            Script.Sends("id: 2\nevent: two\ndata: {\"text\":\"second-event\"}\n\n"));
        using var run = new CliRun();
        run.WriteConfig(server.Url.ToString(), "name = \"chat\"\ninitial_reconnect_delay = 0.01\nenable_event_logging = true");

        (await run.InvokeAsync("run", "--format", format, "--count", "2")).ShouldBe(0, run.Error);

        var journal = run.Out + run.Error;
        foreach (var once in new[] { "first-event", "second-event", "chat: BackingOff, attempt 1", "chat: Connecting (attempt 1)" })
            journal.Split(once).Length.ShouldBe(2, $"{once} in: {journal}");
        journal.Split("Connected: ").Length.ShouldBe(3, journal);
        journal.ShouldNotContain("mcp.event_handler");
        journal.ShouldNotContain("mcp.sse_client");
    }
}
