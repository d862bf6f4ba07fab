using Akka.Actor;
using Akka.Event;
using McpSseActors.Soak.Support;

namespace McpSseActors.Soak.Client;

/// <summary>The handler of an embedding user.</summary>
internal sealed class CheckingHandler : ReceiveActor
{
    public CheckingHandler(Ledger ledger) => Receive<McpEvent>(ledger.Take);
}

/// <summary>Writes down the errors of the log, and the state in which the stream has given up.</summary>
internal sealed class Listener : ReceiveActor
{
    public Listener(Mishaps mishaps)
    {
        Receive<Error>(error => mishaps.Add($"logged: {error}"));
        Receive<StreamStateChanged>(change =>
        {
            if (change.NewState is ConnectionState.Failed or ConnectionState.Stopped)
                mishaps.GaveUp($"the stream is {change.NewState}: {change.Reason}");
        });
    }

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(Error));
        Context.System.EventStream.Subscribe(Self, typeof(StreamStateChanged));
    }
}

/// <summary>How many actors there are, Akka's own included.</summary>
internal static class ActorCount
{
    public static int Of(ActorSystem system)
    {
        var extended = (ExtendedActorSystem)system;
        return WithChildren(extended.Guardian) + WithChildren(extended.SystemGuardian);
    }

    private static int WithChildren(IActorRef actor) =>
        1 + (actor is ActorRefWithCell parent ? parent.Children.Sum(WithChildren) : 0);
}
