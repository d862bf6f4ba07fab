using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>What to ask an MCP server for: the table <c>[mcp_sse.mcp]</c>. Without effect on a plain event stream.</summary>
public sealed record McpListenOptions
{
    /// <summary>Gets the least severe log message to be sent: <c>debug</c>, <c>info</c>, <c>notice</c>, <c>warning</c>, <c>error</c>, <c>critical</c>, <c>alert</c>
    /// or <c>emergency</c>. Revision 2026-07-28 sends none to listeners.</summary>
    /// <value>Default: empty, which leaves the level to the server.</value>
    public string LogLevel { get; init; } = "";

    /// <summary>Gets the URIs of the resources whose updates to subscribe to.</summary>
    /// <value>Default: none.</value>
    public ImmutableArray<string> Resources { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Gets whether to be told when the list of tools changes.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool ToolsChanged { get; init; } = true;

    /// <summary>Gets whether to be told when the list of prompts changes.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool PromptsChanged { get; init; } = true;

    /// <summary>Gets whether to be told when the list of resources changes.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool ResourcesChanged { get; init; } = true;

    /// <summary>Gets whether, after a loss, what may have been missed is read again and delivered.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ReadOnResync { get; init; }

    /// <summary>Gets how often to ask the server, with a ping, whether the session is alive. Only where there are sessions.</summary>
    /// <value>Default: zero, never.</value>
    public TimeSpan PingInterval { get; init; }

    internal static McpListenOptions Nothing { get; } = new() { ToolsChanged = false, PromptsChanged = false, ResourcesChanged = false };

    /// <summary>The same with other subscriptions.</summary>
    internal McpListenOptions With(McpSubscriptions subscriptions) => this with
    {
        LogLevel = subscriptions.LogLevel,
        Resources = subscriptions.Resources,
        ToolsChanged = subscriptions.ToolsChanged,
        PromptsChanged = subscriptions.PromptsChanged,
        ResourcesChanged = subscriptions.ResourcesChanged,
    };

    internal McpSubscriptions Subscriptions => new()
    {
        LogLevel = LogLevel,
        Resources = Resources,
        ToolsChanged = ToolsChanged,
        PromptsChanged = PromptsChanged,
        ResourcesChanged = ResourcesChanged,
    };

    /// <inheritdoc />
    public bool Equals(McpListenOptions? other) => other is not null
        && Subscriptions == other.Subscriptions && ReadOnResync == other.ReadOnResync && PingInterval == other.PingInterval;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Subscriptions, ReadOnResync, PingInterval);
}
