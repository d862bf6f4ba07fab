using System.Diagnostics;
using System.Reflection;
using McpSseActors.Cli;
using McpSseActors.Cli.Completion;

namespace McpSseActors.Tests.Cli;

public sealed class CompletionSpec : IDisposable
{
    private readonly CliRun _run = new();

    public static TheoryData<string> Shells => [.. CompletionScript.Shells];

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("ini", "init")]
    [InlineData("listen --transport ", "auto events http-sse sse streamable-http subscriptions")]
    [InlineData("init --transport st", "streamable-http")]
    [InlineData("init --event chat.", "chat.* chat.message chat.reaction chat.typing")]
    [InlineData("init --event chat.message --tr", "--transport")]
    [InlineData("test rec", "reconnect")]
    public async Task Should_suggest_what_could_come_next_when_a_shell_asks(string line, string expected)
    {
        (await _run.InvokeAsync($"[suggest:{line.Length}]", line)).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ShouldBe(expected.Split(' '));
    }

    [Theory]
    [InlineData("check --config ")]
    [InlineData("init --output ")]
    public async Task Should_suggest_nothing_when_the_shell_knows_better_what_files_there_are(string line)
    {
        (await _run.InvokeAsync($"[suggest:{line.Length}]", line)).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.Out.Trim().ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Should_print_a_script_that_asks_the_tool_when_the_shell_is_known(string shell)
    {
        (await _run.InvokeAsync("completion", shell)).ShouldBe(ExitCodes.Ok, _run.Error);

        _run.Out.ShouldContain("[suggest:");
    }

    [Fact]
    public async Task Should_name_the_shells_when_another_is_asked_for()
    {
        (await _run.InvokeAsync("completion", "tcsh")).ShouldBe(ExitCodes.Usage);

        foreach (var shell in CompletionScript.Shells)
            _run.Error.ShouldContain(shell);
    }

    [Theory]
    [InlineData("mcp-sse listen --transport s", "s", "sse streamable-http subscriptions")]
    [InlineData("mcp-sse listen --transport=a", "a", "auto")]
    public async Task Should_complete_in_bash_when_the_script_is_loaded(string line, string word, string expected)
    {
        var script = _run.Write("script", CompletionScript.Of("bash"));
        var tool = Path.Combine(AppContext.BaseDirectory, "mcp-sse.dll");
        var start = new ProcessStartInfo("bash", ["-c", $"""
            source '{script}'
            tool() {"{"} dotnet '{tool}' "$@"; {"}"}
            COMP_LINE='{line}' COMP_POINT={line.Length}
            _mcp_sse tool '{word}'
            echo "{"${COMPREPLY[*]}"}"
            """])
        { RedirectStandardOutput = true };
        using var bash = Process.Start(start).ShouldNotBeNull();

        (await bash.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60))).Trim().ShouldBe(expected);
    }

    [Fact]
    public void Should_name_its_commit_in_short_when_it_was_built_of_one() =>
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.ShouldMatch(@"^\d+\.\d+\.\d+(-[0-9a-z.]+)?(\+[0-9a-f]{7})?$");
}
