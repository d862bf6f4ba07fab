namespace McpSseActors.Tests.Support;

/// <summary>Tests that measure the process run when no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
