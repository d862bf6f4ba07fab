using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>
/// Reads the files of the streams (<c>FromToml</c>) again, whether they are watched or not, and applies the changes. Reply:
/// <see cref="ConfigurationReloaded"/>, or a failure: <see cref="McpSseConfigurationException"/> with every fault, and nothing of the file is
/// applied; <see cref="InvalidOperationException"/> when no stream came from a file, or the host is shutting down.
/// </summary>
public sealed record ReloadConfiguration : IMcpSseMessage;

/// <summary>The configuration was read again and applied.</summary>
/// <param name="Changes">The changes; empty if there are none.</param>
public sealed record ConfigurationReloaded(ImmutableArray<ConfigurationChange> Changes) : IMcpSseMessage;
