using System.Diagnostics;

namespace McpSseActors.Tests.Cli;

/// <summary>The tool as a process, with a configuration that comes through a pipe, or from a shell's environment.</summary>
public sealed class PipedConfigSpec : IDisposable
{
    private const string Unwatched = "cannot be watched, because it is not a regular file";

    private readonly string _directory = Directory.CreateTempSubdirectory("mcp-sse-piped-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("""exec dotnet "$TOOL" run --config <(cat "$FILE") --count 2""")]
    [InlineData("""mkfifo "$FILE.fifo"; cat "$FILE" > "$FILE.fifo" & exec dotnet "$TOOL" run --config "$FILE.fifo" --count 2""")]
    public async Task Should_read_it_once_and_say_that_it_cannot_be_watched(string script)
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var server = new ScriptedServer(SayTwiceAsync);
        using var tool = Run(script, server);

        var said = string.Join('\n', await Lines(tool).ToListAsync());
        await tool.WaitForExitAsync();
        tool.ExitCode.ShouldBe(0, said);
        said.ShouldContain("the last event");
        said.ShouldContain(Unwatched);
        said.ShouldNotContain("is not applied");
    }

    [Theory]
    [InlineData("MCP_SSE__AUTH_KEY", "auth_key", "'")]
    [InlineData("MCP_SSE__AUTH_KEY", "auth_key", "\"")]
    [InlineData("MCP_SSE__CUSTOM_HEADERS__AUTHORIZATION", "the header Authorization", "\"")]
    public async Task Should_warn_of_quotation_marks_around_a_token(string variable, string named, string mark)
    {
        await using var server = new ScriptedServer(SayOnceAsync);
        using var tool = Run("""exec dotnet "$TOOL" run --config "$FILE" --count 1""", server, (variable, $"{mark}s3cret-token{mark}"));
        var said = string.Join('\n', await Lines(tool).ToListAsync());
        await tool.WaitForExitAsync();

        tool.ExitCode.ShouldBe(0, said);
        (await server.NextRequestAsync()).Header("Authorization").ShouldNotBeNull().ShouldEndWith($"{mark}s3cret-token{mark}");
        said.ShouldContain($"{named} begins and ends with a quotation mark");
        said.ShouldNotContain("s3cret");
    }

    private Process Run(string script, ScriptedServer server, params (string Name, string Value)[] variables)
    {
        var file = Path.Combine(_directory, "mcp-sse.toml");
        File.WriteAllText(file, $"[mcp_sse]\nenable = true\nserver_url = \"{server.Url}\"\n");
        var start = new ProcessStartInfo("bash", ["-c", $"{{ {script}; }} 2>&1"]) { RedirectStandardOutput = true, WorkingDirectory = _directory };
        foreach (var (name, value) in variables.Append(("TOOL", Path.Combine(AppContext.BaseDirectory, "mcp-sse.dll"))).Append(("FILE", file)))
            start.Environment[name] = value;
        return Process.Start(start).ShouldNotBeNull();
    }

    private static async Task SayOnceAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync("data: the only event\n\n");
        await exchange.StayAsync();
    }

    // A file would be compared twice meanwhile.
    private static async Task SayTwiceAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync("data: the first event\n\n");
        await Task.Delay(TimeSpan.FromSeconds(2.5), exchange.Stopped);
        await exchange.WriteAsync("data: the last event\n\n");
        await exchange.StayAsync();
    }

    private static async IAsyncEnumerable<string> Lines(Process tool)
    {
        while (await Within.LimitAsync(tool.StandardOutput.ReadLineAsync()) is { } line)
            yield return line;
    }
}
