using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace McpSseActors.Actors.Streams;

/// <summary>Reloader to supervisor: a file was read anew, and is right. Reply: <see cref="ConfigurationReloaded"/> or a failure.</summary>
/// <param name="Path">The file.</param>
/// <param name="Options">What stands in it.</param>
internal sealed record ApplyConfiguration(string Path, McpSseOptions Options) : IPipelineMessage
{
    /// <summary>Says why nothing is changed.</summary>
    public void Refuse(ImmutableArray<ConfigurationFault> faults, ILoggingAdapter log, IActorRef asker)
    {
        foreach (var fault in faults)
            log.Error("{Path} is not applied, all stays as it was: {Fault}", Path, fault);
        asker.Tell(new Status.Failure(new McpSseConfigurationException(faults)));
    }
}
