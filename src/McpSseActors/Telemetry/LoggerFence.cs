using Akka.Actor;

namespace McpSseActors.Telemetry;

/// <summary>Tells when the loggers of an actor system have written what was logged so far: they are actors, and answer in the order of their mailbox.</summary>
internal sealed class LoggerFence(ActorSystem system)
{
    /// <summary>Waits for every logger, however long that takes.</summary>
    public Task WrittenAsync() => Task.WhenAll(Loggers().Select(logger => logger.Ask<ActorIdentity>(new Identify(null), Timeout.InfiniteTimeSpan)));

    // Akka keeps them as children of its system guardian, named log1-DefaultLogger and so on.
    private IEnumerable<IActorRef> Loggers() => ((ActorRefWithCell)((ExtendedActorSystem)system).SystemGuardian).Children
        .Where(child => child.Path.Name.StartsWith("log", StringComparison.Ordinal) && child.Path.Name.Contains('-', StringComparison.Ordinal));
}
