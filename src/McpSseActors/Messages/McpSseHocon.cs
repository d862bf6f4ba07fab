using Akka.Configuration;

namespace McpSseActors;

/// <summary>The library's HOCON.</summary>
public static class McpSseHocon
{
    /// <summary>
    /// Gets the defaults of the library's HOCON keys, and the serializer of its messages. <c>WithMcpSse</c> adds them. Add them yourself to an
    /// actor system that has no streams and asks those of another process: <c>config.WithFallback(McpSseHocon.Reference)</c>, or
    /// <c>akka.AddHocon(McpSseHocon.Reference, HoconAddMode.Append)</c>. Without them, the answers can't be read there, and each request times out.
    /// </summary>
    public static Config Reference { get; } = ConfigurationFactory.FromResource("mcp-sse.conf", typeof(McpSseHocon).Assembly);
}
