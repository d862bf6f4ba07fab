using Akka.Actor;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>An actor that does nothing with what it is told.</summary>
internal sealed class Idle : UntypedActor
{
    protected override void OnReceive(object message)
    {
    }
}
