using System.CommandLine;
using McpSseActors.Cli.Completion;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse completion</c>: the script that teaches a shell to complete the tool's command lines.</summary>
internal static class CompletionCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "completion",
            "Prints a script that lets a shell complete commands, options and values. Load it in the shell's startup file.",
            "source <(mcp-sse completion bash)        # in ~/.bashrc",
            "source <(mcp-sse completion zsh)         # in ~/.zshrc, below compinit",
            "mcp-sse completion fish > ~/.config/fish/completions/mcp-sse.fish",
            "mcp-sse completion pwsh | Out-String | Invoke-Expression    # in $PROFILE");
        var shell = new Argument<string>("SHELL") { Description = "The shell." };
        shell.AcceptOnlyFromAmong(CompletionScript.Shells);
        command.Add(shell);
        command.SetWork(globals, environment, (parsed, context) =>
        {
            context.Environment.Out.Write(CompletionScript.Of(parsed.GetValue(shell)!));
            return Task.FromResult(ExitCodes.Ok);
        });
        return command;
    }
}
