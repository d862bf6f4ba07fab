using System.CommandLine;

namespace McpSseActors.Cli.Completion;

/// <summary>An option that can be given several times would want nothing but its own values from then on; a word that begins with a hyphen is another option.</summary>
internal static class SeveralValues
{
    public static void LeaveRoomForOptions(Command command)
    {
        foreach (var option in command.Options.Where(option => option.Arity.MaximumNumberOfValues > 1))
            option.CompletionSources.Add(context => context.WordToComplete.StartsWith('-') ? command.GetCompletions(context) : []);
        foreach (var below in command.Subcommands)
            LeaveRoomForOptions(below);
    }
}
