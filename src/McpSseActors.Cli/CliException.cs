namespace McpSseActors.Cli;

/// <summary>A failure that the user can fix: reported in one line, without a stack trace.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
