using McpSseActors.Cli.Output;

namespace McpSseActors.Cli;

/// <summary>What a command works with.</summary>
/// <param name="Environment">The process around it.</param>
/// <param name="Reporter">How it tells.</param>
/// <param name="Verbose">Whether everything is logged.</param>
/// <param name="Ending">Cancelled when the user asks for the end.</param>
internal sealed record CommandContext(CliEnvironment Environment, IReporter Reporter, bool Verbose, CancellationToken Ending);
