using Akka.Actor;
using Akka.Actor.Setup;
using Serilog;
using Serilog.Events;

namespace McpSseActors.Cli.Logging;

/// <summary>
/// Stands in for Serilog's one static logger, the only one that Akka.Logger.Serilog writes to, and passes each line to the logger of the
/// actor system that logs. So several hosts in one process keep their logs apart.
/// </summary>
internal sealed class SystemLog : ILogger
{
    public static readonly SystemLog Instance = new();

    public void Write(LogEvent logEvent) => Current.Logger.Write(logEvent);

    public ILogger ForContext(string propertyName, object? value, bool destructureObjects = false) =>
        Current.Logger.ForContext(propertyName, value, destructureObjects);

    /// <summary>The logger of an actor system.</summary>
    public sealed class Of(ILogger logger) : Setup
    {
        public ILogger Logger => logger;
    }

    // Only an actor may ask for its context.
    private abstract class Current : UntypedActor
    {
        public static ILogger Logger => Context.System.Settings.Setup.Get<Of>() is { HasValue: true } of ? of.Value.Logger : Serilog.Core.Logger.None;
    }
}
