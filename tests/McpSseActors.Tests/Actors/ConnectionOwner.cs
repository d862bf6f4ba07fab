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
        var owned = Context.ActorOf(connection);
        Receive<GetConnection>(_ => Sender.Tell(owned));
        Receive<ReportState>(state.Publish);
        ReceiveAny(stats.Tell);
    }

    public static async Task<IActorRef> StartAsync(TestKit kit, string stream, IActorRef stats, Props connection)
    {
        var owner = kit.ActorOf(Props.Create(() => new ConnectionOwner(stream, stats, connection)));
        return await owner.Ask<IActorRef>(new GetConnection(), Within.Limit);
    }

    private sealed record GetConnection : INoSerializationVerificationNeeded;
}
