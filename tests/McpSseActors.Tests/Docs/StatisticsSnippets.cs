using Akka.Actor;
using Akka.Hosting;
using McpSseActors.Hosting;
using McpSseActors.Messages;

namespace McpSseActors.Tests.Docs;

// <docs:statistics>
public sealed class StatusPage(IRequiredActor<McpSse> streams, IMcpSseClient client)
{
    public Task<StreamStats> WithActorsAsync() =>
        streams.ActorRef.Ask<StreamStats>(new GetStats("chat"), TimeSpan.FromSeconds(5));

    public Task<StreamStats> WithoutActorsAsync() => client.GetStatsAsync("chat");
}
// </docs:statistics>
