using System.Collections.Immutable;
using McpSseActors.Configuration;

namespace McpSseActors.Actors.Streams;

/// <summary>File to supervisor: apply these changes. Reply: <see cref="ChangesApplied"/> or <see cref="ChangesRejected"/>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Options">What the file says now.</param>
/// <param name="Differences">What has changed since the last time.</param>
internal sealed record ApplyChanges(string Path, McpSseOptions Options, ImmutableArray<StreamDifference> Differences) : IPipelineMessage;

/// <summary>Supervisor to file: the changes are in force.</summary>
internal sealed record ChangesApplied : IPipelineMessage;

/// <summary>Supervisor to file: nothing was changed.</summary>
/// <param name="Fault">The reason.</param>
internal sealed record ChangesRejected(Exception Fault) : IPipelineMessage;
