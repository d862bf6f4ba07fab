using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>
/// Reads the files that the streams came from (<c>FromToml</c>) anew, now, whether they are watched or not, and applies what has changed. Reply:
/// <see cref="ConfigurationReloaded"/>, or a failure: <see cref="McpSseConfigurationException"/> with every fault, and nothing of the file is
/// applied; <see cref="InvalidOperationException"/> when no stream came from a file, or the host is shutting down.
/// </summary>
public sealed record ReloadConfiguration : IMcpSseMessage;

/// <summary>A configuration was read anew and is in force.</summary>
/// <param name="Changes">What has changed; empty when nothing has.</param>
public sealed record ConfigurationReloaded(ImmutableArray<ConfigurationChange> Changes) : IMcpSseMessage;
