namespace McpSseActors.Hosting;

/// <summary>The key of the actor that answers for every stream: <c>IRequiredActor&lt;McpSse&gt;</c>, <c>registry.Get&lt;McpSse&gt;()</c>.</summary>
public sealed class McpSse
{
    private McpSse()
    {
    }
}
