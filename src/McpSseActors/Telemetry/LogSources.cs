using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;

#pragma warning disable IDE0130, CS8981 // The full name of a log source's class is the name of the source.
namespace mcp
{
    internal static class sse_client;

    internal static class event_handler;

    internal static class manager;
}
#pragma warning restore IDE0130, CS8981

namespace McpSseActors
{
    /// <summary>
    /// The sources of the library's log lines. Each can be filtered by level: in <c>ILogger</c> it is the category, in Serilog the
    /// <c>SourceContext</c>.
    /// </summary>
    public static class LogSources
    {
        /// <summary>Connections: attempts, losses, backoff.</summary>
        public const string Client = "mcp.sse_client";

        /// <summary>Handlers: each event, and handlers that fail or are too slow.</summary>
        public const string Handler = "mcp.event_handler";

        /// <summary>The streams as a whole: start, ready, shutdown, reload, and internal faults.</summary>
        public const string Manager = "mcp.manager";

        private static readonly ConditionalWeakTable<ActorSystem, OfSystem> Logs = [];

        internal static ILoggingAdapter GetLogger(this IActorContext context, string source) => context.System.GetLogger(source);

        internal static ILoggingAdapter GetLogger(this ActorSystem system, string source)
        {
            var logs = Logs.GetValue(system, static system => new(Create(system, Client), Create(system, Handler), Create(system, Manager)));
            return source switch
            {
                Client => logs.Client,
                Handler => logs.Handler,
                _ => logs.Manager,
            };
        }

        // Loggers take the name of a source from its class, and Akka appends the system to a source that is only a string.
        private static ILoggingAdapter Create(ActorSystem system, string source) =>
            Logging.GetLogger(system, LogSource.Create(source, source switch
            {
                Client => typeof(mcp.sse_client),
                Handler => typeof(mcp.event_handler),
                _ => typeof(mcp.manager),
            }));

        /// <summary>Restarts or stops children as decided, and logs each failure here: Akka would log the exception's message as a template.</summary>
        internal static SupervisorStrategy Supervise(this ILoggingAdapter log, string stream, Func<Exception, Directive> decide) => new OneForOneStrategy(
            -1,
            Timeout.Infinite,
            fault =>
            {
                var directive = decide(fault);
                log.Error(fault, "An actor of stream {Stream} failed: {Directive}", stream, directive);
                return directive;
            },
            loggingEnabled: false);

        /// <summary>The logs of an actor system, which its streams share.</summary>
        private sealed record OfSystem(ILoggingAdapter Client, ILoggingAdapter Handler, ILoggingAdapter Manager);
    }
}
