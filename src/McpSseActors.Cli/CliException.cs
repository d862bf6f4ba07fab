namespace McpSseActors.Cli;

/// <summary>An end that the user can mend: told in one line, without a stack trace.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
