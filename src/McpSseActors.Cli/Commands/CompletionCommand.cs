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
            "Prints the script with which a shell completes commands, options and values. Load it from the shell's start file, or put it where the shell looks.",
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
