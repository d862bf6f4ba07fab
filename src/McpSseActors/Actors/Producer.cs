using Akka.Actor;

namespace McpSseActors.Actors;

/// <summary>
/// Makes an actor by a call of its constructor. <c>Props.Create(() => …)</c> would read the call as an expression tree, and leave 1 KB of it
/// to the collector for each actor, which hosts with thousands of streams pay for.
/// </summary>
internal sealed class Producer<TActor>(Func<TActor> make) : IIndirectActorProducer
    where TActor : ActorBase
{
    public Type ActorType => typeof(TActor);

    public ActorBase Produce() => make();

    public void Release(ActorBase actor)
    {
    }
}
