namespace McpSseActors.Cli.Testing;

/// <summary>What a test is to do.</summary>
/// <param name="Streams">The streams to test; null tests against a server in this process.</param>
/// <param name="Events">How many events have to arrive.</param>
/// <param name="Timeout">How long the whole test may take.</param>
/// <param name="Report">The file for the report; null for none.</param>
internal sealed record TestSettings(McpSseOptions? Streams, int Events, TimeSpan Timeout, string? Report = null);
