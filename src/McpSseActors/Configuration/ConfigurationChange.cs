using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>What has changed for one stream, or in the log.</summary>
/// <param name="Stream">The stream's name; null is the table <c>[log]</c>.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Keys">The keys that changed, never their values; empty for a stream that was added or removed.</param>
public sealed record ConfigurationChange(string? Stream, ConfigurationChangeKind Kind, ImmutableArray<string> Keys) : IMcpSseMessage
{
    /// <summary>As the log has it: <c>chat: read_timeout, auth_key</c>.</summary>
    public override string ToString() => $"{Stream ?? "log"}: {Kind switch
    {
        ConfigurationChangeKind.Added => "added",
        ConfigurationChangeKind.Removed => "removed",
        _ => string.Join(", ", Keys),
    }}";
}

/// <summary>What became of a stream when its configuration was read anew.</summary>
public enum ConfigurationChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>Keys of it have other values.</summary>
    Changed,

    /// <summary>It stands in the file no more, and is being removed.</summary>
    Removed,
}
