using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace McpSseActors;

/// <summary>A change of one stream or of the log in a file that was read again.</summary>
/// <param name="Stream">The stream's name; null for the table <c>[log]</c>.</param>
/// <param name="Kind">What happened to the stream.</param>
/// <param name="Keys">The keys that changed, never their values; empty for a stream that was added or removed.</param>
public sealed record ConfigurationChange(string? Stream, ConfigurationChangeKind Kind, ImmutableArray<string> Keys) : IMcpSseMessage
{
    /// <summary>Formats the change as in the log: <c>chat: read_timeout, auth_key</c>.</summary>
    public override string ToString() => $"{Stream ?? "log"}: {Kind switch
    {
        ConfigurationChangeKind.Added => "added",
        ConfigurationChangeKind.Removed => "removed",
        _ => string.Join(", ", Keys),
    }}";
}

/// <summary>What happened to a stream when its file was read again. In JSON it is its name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConfigurationChangeKind>))]
public enum ConfigurationChangeKind
{
    /// <summary>The stream is new.</summary>
    Added,

    /// <summary>Some of its keys have other values.</summary>
    Changed,

    /// <summary>The file no longer contains the stream; it is being removed.</summary>
    Removed,
}
