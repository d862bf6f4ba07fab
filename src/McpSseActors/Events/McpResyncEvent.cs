using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>
/// The data of an event of type <c>mcp.resync</c>. The client makes it itself, when it listens again to an MCP server that does not send again what came
/// meanwhile. With <c>read_on_resync</c>, what it names follows as events of type <c>mcp.resource</c>, <c>mcp.tools</c>, <c>mcp.prompts</c> and <c>mcp.resources</c>, each with
/// the server's answer as its data.
/// </summary>
/// <param name="Since">From when on events may be missing, UTC.</param>
/// <param name="Resources">The resources that may have been updated.</param>
/// <param name="Tools">Whether the list of tools may have changed.</param>
/// <param name="Prompts">Whether the list of prompts may have changed.</param>
/// <param name="ResourceList">Whether the list of resources may have changed.</param>
public sealed record McpResyncEvent(DateTimeOffset Since, ImmutableArray<string> Resources, bool Tools, bool Prompts, bool ResourceList)
{
    /// <summary>The event type.</summary>
    public const string Type = "mcp.resync";
}
