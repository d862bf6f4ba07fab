using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace McpSseActors;

/// <summary>The notifications that an MCP server is asked for, or has granted.</summary>
public sealed record McpSubscriptions
{
    /// <summary>Gets the lowest level of log messages; empty leaves it to the server.</summary>
    public string LogLevel { get; init; } = "";

    /// <summary>Gets the URIs of the resources whose updates are sent.</summary>
    public ImmutableArray<string> Resources { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Gets whether changes of the list of tools are sent.</summary>
    public bool ToolsChanged { get; init; }

    /// <summary>Gets whether changes of the list of prompts are sent.</summary>
    public bool PromptsChanged { get; init; }

    /// <summary>Gets whether changes of the list of resources are sent.</summary>
    public bool ResourcesChanged { get; init; }

    /// <summary>Gets whether nothing is sent.</summary>
    [JsonIgnore]
    public bool IsEmpty => LogLevel.Length == 0 && Resources.IsEmpty && !ToolsChanged && !PromptsChanged && !ResourcesChanged;

    /// <inheritdoc />
    public bool Equals(McpSubscriptions? other) => other is not null
        && LogLevel == other.LogLevel && Resources.SequenceEqual(other.Resources)
        && (ToolsChanged, PromptsChanged, ResourcesChanged) == (other.ToolsChanged, other.PromptsChanged, other.ResourcesChanged);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(LogLevel, Resources.Length, ToolsChanged, PromptsChanged, ResourcesChanged);

    /// <summary>Formats the subscriptions as in the log: <c>tools, resources, log level info, demo://a</c>.</summary>
    public override string ToString() => IsEmpty ? "nothing" : string.Join(", ",
    [
        .. new[] { (ToolsChanged, "tools"), (PromptsChanged, "prompts"), (ResourcesChanged, "resources") }.Where(each => each.Item1).Select(each => each.Item2),
        .. LogLevel.Length > 0 ? [$"log level {LogLevel}"] : Array.Empty<string>(),
        .. Resources,
    ]);
}
