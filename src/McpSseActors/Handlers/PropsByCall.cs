using Akka.Actor;

namespace McpSseActors.Handlers;

/// <summary>
/// Makes an actor by a call of its constructor. <c>Props.Create(() => …)</c> would read the call as an expression tree, and leave 1 KB of it
/// to the collector for each actor, which hosts with thousands of streams pay for.
/// </summary>
/// <param name="deploy">Shared by the actors that are deployed alike: Akka makes one by parsing an empty configuration, which is half a KB more.</param>
/// <param name="make">Calls the constructor; once more for each restart.</param>
internal sealed class PropsByCall<TActor>(Deploy deploy, Func<TActor> make) : Props(deploy, typeof(TActor))
    where TActor : ActorBase
{
    public override ActorBase NewActor() => make();

    protected override Props Copy() => new PropsByCall<TActor>(Deploy, make) { SupervisorStrategy = SupervisorStrategy };
}

/// <summary>Makes props without arguments, which <c>akka.actor.serialize-creators</c> would serialise.</summary>
internal static class PropsByCall
{
    public static Props Local<TActor>(Func<TActor> make)
        where TActor : ActorBase => new PropsByCall<TActor>(Deploy.None, make);
}
