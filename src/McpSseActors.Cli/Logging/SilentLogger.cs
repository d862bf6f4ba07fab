using Akka.Event;

namespace McpSseActors.Cli.Logging;

/// <summary>
/// Stands where Akka's own logger on standard output would: at the very end of a system that one says a line at debug level, whatever
/// <c>akka.stdout-loglevel</c> says. Akka makes it, from <c>akka.stdout-logger-class</c>.
/// </summary>
internal sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message)
    {
        // Standard output belongs to the commands.
    }
}
