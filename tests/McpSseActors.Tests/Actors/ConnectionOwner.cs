using Akka.Actor;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Configuration;

namespace McpSseActors.Tests.Actors;

/// <summary>Stands for the stream: creates a connection, and publishes the states that it reports.</summary>
internal sealed class ConnectionOwner : ReceiveActor
{
    public ConnectionOwner(string stream, IActorRef stats, Props connection)
    {
        var state = new StateReporter(stream, Context.System, stats, new SecretGate(new StreamOptions()));
        Connection = Context.ActorOf(connection);
        Receive<ReportState>(state.Publish);
        ReceiveAny(stats.Tell);
    }

    public IActorRef Connection { get; }

    public static IActorRef Start(TestKit kit, string stream, IActorRef stats, Props connection) =>
        kit.ActorOfAsTestActorRef<ConnectionOwner>(Props.Create(() => new ConnectionOwner(stream, stats, connection))).UnderlyingActor.Connection;
}
