using Akka.Hosting;

namespace McpSseActors.Hosting;

/// <summary>Adds loggers that tell the library's <see cref="LogSources"/> apart.</summary>
public static class McpSseLoggingExtensions
{
    /// <summary>
    /// Writes the log lines of the actor system to the host's <c>ILogger</c>, each source under its own category, such as
    /// <c>mcp.sse_client</c>; the lines of other actors have the actor's class as their category. This is what
    /// <see cref="McpSseHostingExtensions.WithMcpSse"/> does in a host that names no logger. Akka.Hosting's <c>AddLoggerFactory()</c>
    /// puts every line under the category <c>Akka.Actor.ActorSystem</c> instead.
    /// </summary>
    /// <param name="loggers">The loggers, from <c>ConfigureLoggers</c>.</param>
    public static LoggerConfigBuilder AddLoggerFactoryBySource(this LoggerConfigBuilder loggers) => loggers.AddLogger<SourceLogger>();
}
