using Akka.Actor;
using McpSseActors.Messages;

namespace McpSseActors.Actors;

/// <summary>Tells everyone of a stream's state: the statistics, and whoever listens on the event stream.</summary>
internal sealed class StateReporter(string stream, ActorSystem system, IActorRef stats)
{
    public ConnectionState Current { get; private set; } = ConnectionState.Idle;

    public void Change(ConnectionState state, string reason, int attempt, TimeSpan? retryIn = null)
    {
        var change = new StreamStateChanged(stream, Current, state, reason, attempt, retryIn, system.Scheduler.Now);
        Current = state;
        stats.Tell(change);
        system.EventStream.Publish(change);
    }

    /// <summary>The connection proved healthy: the attempts are counted anew.</summary>
    public void Healed() => stats.Tell(new AttemptsReset());
}
