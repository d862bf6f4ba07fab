using System.Globalization;

namespace McpSseActors.Tests.Cli;

/// <summary><c>run</c> with a file that asks for stored positions.</summary>
[Trait("Category", "Durability")]
public sealed class DurableRunSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("durable-run-").FullName;

    private string FilePath => Path.Combine(_folder, "run.positions");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Should_go_on_where_the_run_before_ended()
    {
        await using var server = Server();

        (await RunAsync(server)).Out.ShouldContain("event-1");
        var second = await RunAsync(server);

        second.Out.ShouldContain("event-2");
        second.Out.ShouldNotContain("event-1");
    }

    [Fact]
    public async Task Should_say_in_one_line_which_process_uses_the_file()
    {
        await using var server = Server();
        await using var other = PositionStores.OpenFile(FilePath);

        var run = await RunAsync(server, exitCode: 1);

        run.Error.Trim().ShouldStartWith($"mcp-sse: {FilePath} is used by process {Environment.ProcessId}");
        run.Error.Trim().ShouldNotContain('\n');
        server.Connections.ShouldBe(0);
    }

    private async Task<(string Out, string Error)> RunAsync(ScriptedServer server, int exitCode = 0)
    {
        using var run = new CliRun();
        run.WriteConfig(server.Url.ToString(), $"[mcp_sse.delivery]\nguarantee = \"at-least-once\"\nstore = '{FilePath}'");
        (await run.InvokeAsync("run", "--count", "1")).ShouldBe(exitCode, run.Error);
        return (run.Out, run.Error);
    }

    private static ScriptedServer Server() => new(async exchange =>
    {
        await exchange.OpenAsync();
        var next = int.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture) + 1;
        await exchange.WriteAsync($"id: {next}\ndata: event-{next}\n\n");
        await exchange.StayAsync();
    });
}
