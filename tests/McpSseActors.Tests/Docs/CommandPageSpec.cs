using System.CommandLine;
using McpSseActors.Cli;
using McpSseActors.Cli.Commands;

namespace McpSseActors.Tests.Docs;

/// <summary>docs/cli.md leaves out no command and no option.</summary>
public sealed class CommandPageSpec
{
    private static readonly RootCommand Root =
        RootTree.Create(new GlobalOptions(), new CliEnvironment { Out = TextWriter.Null, Error = TextWriter.Null });

    public static TheoryData<string> Commands => [.. Below(Root).Select(command => command.Path)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Should_name_every_option_when_the_page_has_a_command(string path)
    {
        var section = Pages.Section(Pages.Read("docs/cli.md"), path).ShouldNotBeNull($"docs/cli.md has no section '{path}'");
        var command = Below(Root).Single(command => command.Path == path).Command;

        foreach (var option in command.Options)
            section.ShouldContain($"`{option.Name}", Case.Sensitive);
    }

    [Fact]
    public void Should_list_every_command_when_the_page_begins()
    {
        var page = Pages.Read("docs/cli.md");

        foreach (var command in Root.Subcommands)
            page.ShouldContain($"| [`{command.Name}`](#{command.Name}) |", Case.Sensitive, "the first table of docs/cli.md has a row for each command");
    }

    [Fact]
    public void Should_name_the_options_of_every_command_once_when_the_page_begins()
    {
        var section = Pages.Section(Pages.Read("docs/cli.md"), "Global options").ShouldNotBeNull();

        foreach (var option in Root.Options)
            section.ShouldContain($"`{option.Name}", Case.Sensitive);
    }

    private static IEnumerable<(string Path, Command Command)> Below(Command parent, string before = "") =>
        parent.Subcommands.SelectMany(command => Below(command, $"{before}{command.Name} ").Prepend((before + command.Name, command)));
}
