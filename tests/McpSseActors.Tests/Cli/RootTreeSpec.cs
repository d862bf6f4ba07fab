using McpSseActors.Cli;
using McpSseActors.Cli.Commands;

namespace McpSseActors.Tests.Cli;

/// <summary>Which commands are created for a command line.</summary>
public sealed class RootTreeSpec
{
    public static TheoryData<string> Commands => [.. Names()];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Should_create_no_other_command_when_one_is_named_first(string name) => Names(name, "--help").ShouldBe([name]);

    [Theory]
    [InlineData("--json", "check")]
    [InlineData("chekc")]
    [InlineData("--help")]
    [InlineData("[suggest:0]", "check")]
    public void Should_create_all_commands_when_none_is_named_first(params string[] args) => Names(args).ShouldBe(Names());

    private static string[] Names(params string[] args) =>
        [.. RootTree.Create(new GlobalOptions(), new CliEnvironment { Out = TextWriter.Null, Error = TextWriter.Null }, args).Subcommands.Select(command => command.Name)];
}
