using System.CommandLine;

namespace McpSseActors.Cli.Commands;

/// <summary>The options of every command.</summary>
internal sealed class GlobalOptions
{
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Write one JSON object per line to standard output, each with a \"kind\".",
        Recursive = true,
    };

    public Option<bool> Verbose { get; } = new("--verbose", "-v")
    {
        Description = "Log everything and show stack traces.",
        Recursive = true,
    };
}
