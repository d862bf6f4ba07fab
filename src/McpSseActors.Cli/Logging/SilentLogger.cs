using Akka.Event;

namespace McpSseActors.Cli.Logging;

/// <summary>Stands where Akka would write to standard output, which it does when its last logger stops, whatever <c>akka.stdout-loglevel</c> says.</summary>
internal sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message)
    {
        // Standard output belongs to the command.
    }
}
