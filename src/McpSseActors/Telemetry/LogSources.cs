using Akka.Actor;
using Akka.Event;

namespace McpSseActors;

/// <summary>The names under which the library logs; each can be filtered by level.</summary>
public static class LogSources
{
    /// <summary>Connections: attempts, losses, back-off.</summary>
    public const string Client = "mcp.sse_client";

    /// <summary>Handlers: each event, and what handlers did wrong.</summary>
    public const string Handler = "mcp.event_handler";

    /// <summary>The whole: start, ready, shutdown, and faults of the streams' own actors.</summary>
    public const string Manager = "mcp.manager";

    internal static ILoggingAdapter GetLogger(this IActorContext context, string source) => Logging.GetLogger(context.System, source);
}
