using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>What an MCP server is asked to tell, or has agreed to.</summary>
public sealed record McpSubscriptions
{
    /// <summary>The least severe log message; empty is none in particular.</summary>
    public string LogLevel { get; init; } = "";

    /// <summary>The URIs of resources whose updates are wanted.</summary>
    public ImmutableArray<string> Resources { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Changes of the list of tools.</summary>
    public bool ToolsChanged { get; init; }

    /// <summary>Changes of the list of prompts.</summary>
    public bool PromptsChanged { get; init; }

    /// <summary>Changes of the list of resources.</summary>
    public bool ResourcesChanged { get; init; }

    /// <summary>Whether it is nothing at all.</summary>
    public bool IsEmpty => LogLevel.Length == 0 && Resources.IsEmpty && !ToolsChanged && !PromptsChanged && !ResourcesChanged;

    /// <inheritdoc />
    public bool Equals(McpSubscriptions? other) => other is not null
        && LogLevel == other.LogLevel && Resources.SequenceEqual(other.Resources)
        && (ToolsChanged, PromptsChanged, ResourcesChanged) == (other.ToolsChanged, other.PromptsChanged, other.ResourcesChanged);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(LogLevel, Resources.Length, ToolsChanged, PromptsChanged, ResourcesChanged);

    /// <summary>As the log has it: <c>tools, resources, log level info, demo://a</c>.</summary>
    public override string ToString() => IsEmpty ? "nothing" : string.Join(", ",
    [
        .. new[] { (ToolsChanged, "tools"), (PromptsChanged, "prompts"), (ResourcesChanged, "resources") }.Where(each => each.Item1).Select(each => each.Item2),
        .. LogLevel.Length > 0 ? [$"log level {LogLevel}"] : Array.Empty<string>(),
        .. Resources,
    ]);
}
