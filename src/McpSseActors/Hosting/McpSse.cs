namespace McpSseActors.Hosting;

/// <summary>The key of the actor that answers for every stream: <c>IRequiredActor&lt;McpSse&gt;</c>, <c>registry.Get&lt;McpSse&gt;()</c>.</summary>
public sealed class McpSse
{
    private McpSse()
    {
    }
}

/// <summary>The key of the actor that answers for the streams of this node of a cluster alone.</summary>
internal sealed class McpSseNode
{
    private McpSseNode()
    {
    }
}
